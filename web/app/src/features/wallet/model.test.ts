import { describe, expect, it } from 'vitest';
import { FakeClient, movement, user } from '../../client/testing/fake';
import { byDay, topUpForm, walletModel } from './model';

const day = (d: number, hour: number) => new Date(2026, 0, d, hour).getTime();

describe('the wallet', () => {
  it('groups movements by day, newest first', () => {
    const days = byDay([
      movement(3, 1n, 3n, day(20, 9)),
      movement(2, 1n, 2n, day(20, 8)),
      movement(1, 1n, 1n, day(19, 23)),
    ]);
    expect(days.map((one) => one.movements.map((each) => each.number))).toEqual([['3', '2'], ['1']]);
  });

  it('shows a line that was pushed and pulled only once', async () => {
    const client = new FakeClient(user('1', 'Me'));
    const lines = Array.from({ length: 25 }, (_, i) => movement(25 - i, 1n, 1n, day(20, 9)));
    client.line.push(...lines);
    const model = walletModel(client);
    await model.older.run();
    expect(model.more.value).toBe(true);
    await model.older.run();
    client.movements.value = [movement(26, 5n, 6n, day(20, 10)), ...lines.slice(0, 2)];
    expect(model.days.value.flatMap((one) => one.movements)).toHaveLength(26);
    expect(model.days.value[0]?.movements[0]?.number).toBe('26');
    expect(model.more.value).toBe(false);
  });

  it('tops up once for one intent', async () => {
    const client = new FakeClient(user('1', 'Me'));
    const form = topUpForm(client);
    form.type('200');
    await form.submit.run();
    await form.submit.run();
    expect(client.calls).toEqual([
      ['topUp', 'id-1', 20_000n],
      ['topUp', 'id-1', 20_000n],
    ]);
    form.type('10000.01');
    expect(form.tooMuch.value).toBe(true);
  });
});
