import { describe, expect, it } from 'vitest';
import { LaiseeError } from '../../client/client';
import { FakeClient, user } from '../../client/testing/fake';
import { ErrorCode, OrderStatus, type Wallet } from '../../client/wire';
import { topUpForm, withdrawForm } from './amountForm';

function rich() {
  const client = new FakeClient(user('1', 'Me'));
  client.balance.value = 50_000n;
  const limit = { each: 20_000n, day: 30_000n, left: 10_000n };
  client.account.value = { topUp: { ...limit, each: 1_000_000n, left: 2_000_000n }, withdraw: limit } as Wallet;
  return client;
}

describe('topping up', () => {
  it('is one order for one intent, and obeys the limits', async () => {
    const client = rich();
    const form = topUpForm(client);
    form.typed.value = '10000.01';
    expect(form.problem.value).toEqual({ why: 'each', amount: 1_000_000n });
    form.typed.value = '200';
    expect(form.problem.value).toBeUndefined();
    const pay = client.topUp;
    client.topUp = async (id, amount) => {
      client.calls.push(['topUp', id, amount]);
      throw new LaiseeError(ErrorCode.DEADLINE);
    };
    await form.submit.run();
    client.topUp = pay;
    await form.submit.run();
    expect(client.calls).toEqual([
      ['topUp', 'id-1', 20_000n],
      ['topUp', 'id-1', 20_000n],
    ]);
    expect(form.outcome.value).toBe('done');
  });

  it('says when the provider has yet to speak', async () => {
    const client = rich();
    client.onTopUp = () => OrderStatus.SUBMITTED;
    const form = topUpForm(client);
    form.typed.value = '1';
    await form.submit.run();
    expect(form.outcome.value).toBe('ordered');
    expect(client.balance.value).toBe(50_000n);
  });
});

describe('withdrawing', () => {
  it('says what is wrong: limits first, then the wallet, then where to', () => {
    const client = rich();
    const form = withdrawForm(client);
    form.typed.value = '200.01';
    expect(form.problem.value).toEqual({ why: 'each', amount: 20_000n });
    form.typed.value = '100.01';
    expect(form.problem.value).toEqual({ why: 'left', amount: 10_000n });
    client.balance.value = 5_000n;
    form.typed.value = '60';
    expect(form.problem.value).toEqual({ why: 'funds', amount: 1_000n });
    form.typed.value = '50';
    expect(form.problem.value).toEqual({ why: 'destination' });
    form.destination.value = 'bank';
    expect(form.problem.value).toBeUndefined();
  });

  it('is one order through a wrong PIN and the right one', async () => {
    const client = rich();
    const form = withdrawForm(client);
    form.typed.value = '50';
    form.destination.value = ' bank ';
    const pay = client.onWithdraw;
    client.onWithdraw = async (order) => {
      if (!order.pin) throw new LaiseeError(ErrorCode.PIN_REQUIRED);
      if (order.pin !== '246810') throw LaiseeError.refused(ErrorCode.PIN_WRONG, { triesLeft: 4 });
      return pay(order);
    };
    expect(await form.pay.start()).toBe(false);
    expect(await form.pay.enter('111112')).toBe(false);
    expect(await form.pay.enter('246810')).toBe(true);
    const orders = client.calls.map((call) => call[1] as { id: string; destination: string });
    expect(new Set(orders.map(({ id }) => id))).toEqual(new Set(['id-1']));
    expect(orders.at(-1)?.destination).toBe('bank');
    expect(form.outcome.value).toBe('ordered');
  });
});
