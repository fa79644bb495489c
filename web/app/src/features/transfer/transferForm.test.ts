import { describe, expect, it } from 'vitest';
import { LaiseeError } from '../../client/client';
import { direct, FakeClient, user } from '../../client/testing/fake';
import { Arrival, ErrorCode } from '../../client/wire';
import { transferForm } from './transferForm';

function form(balance = 100_000n) {
  const client = new FakeClient(user('1', 'Me'));
  client.balance.value = balance;
  return { client, form: transferForm(client, direct('7', '2')) };
}

describe('a transfer to be sent', () => {
  it('says what is wrong with its amount, and follows a limit that changes', () => {
    const { client, form: f } = form();
    expect(f.problem.value).toEqual({ why: 'empty' });
    expect(f.sayProblem.value).toBe(false);
    f.amount.value = '1000.01';
    expect(f.problem.value).toEqual({ why: 'funds', amount: 1n });
    f.amount.value = '800';
    expect(f.problem.value).toBeUndefined();
    client.settings.value = { ...client.settings.value, transferMax: 50_000n };
    expect(f.problem.value).toEqual({ why: 'tooLarge', amount: 50_000n });
    f.amount.value = '5';
    f.note.value = 'x'.repeat(61);
    expect(f.problem.value).toEqual({ why: 'note' });
  });

  it('is one payment however often it is tried, and another once it was changed', async () => {
    const { client, form: f } = form();
    f.amount.value = '10';
    const answer = client.onSendTransfer;
    client.onSendTransfer = () => Promise.reject(new LaiseeError(ErrorCode.DEADLINE));
    await f.pay.start();
    await f.pay.start();
    client.onSendTransfer = answer;
    f.arrival.value = Arrival.AT_ONCE;
    expect(await f.pay.start()).toBe(true);
    const sent = client.calls.map((call) => call[1] as { id: string; receiver: string; arrival: Arrival });
    expect(sent.map(({ id }) => id)).toEqual(['id-1', 'id-1', 'id-2']);
    expect(sent.at(-1)).toMatchObject({ receiver: '2', arrival: Arrival.AT_ONCE, amount: 1000n });
  });

  it('asks for the PIN where the server does, and then is still the same payment', async () => {
    const { client, form: f } = form();
    f.amount.value = '300';
    const answer = client.onSendTransfer;
    client.onSendTransfer = (sent) =>
      sent.pin === '246810' ? answer(sent) : Promise.reject(new LaiseeError(ErrorCode.PIN_REQUIRED));
    expect(await f.pay.start()).toBe(false);
    expect(f.pay.asking.value).toEqual({ why: 'required' });
    expect(await f.pay.enter('246810')).toBe(true);
    const sent = client.calls.map((call) => call[1] as { id: string; pin?: string });
    expect(sent).toMatchObject([{ id: 'id-1' }, { id: 'id-1', pin: '246810' }]);
    expect(sent[0]).not.toHaveProperty('pin');
  });
});
