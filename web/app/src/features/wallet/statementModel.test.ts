import { describe, expect, it, vi } from 'vitest';
import { FakeClient, movement, user } from '../../client/testing/fake';
import { Direction, MovementKind } from '../../client/wire';
import { filterOf, isEmpty, wantedWords } from './statementFilter';
import { byDay, statementModel } from './statementModel';

const day = (d: number, hour: number) => new Date(2026, 0, d, hour).getTime();

describe('the statement', () => {
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
    const model = statementModel(client);
    await model.older.run();
    expect(model.more.value).toBe(true);
    await model.older.run();
    client.movements.value = [movement(26, 5n, 6n, day(20, 10)), ...lines.slice(0, 2)];
    expect(model.count.value).toBe(26);
    expect(model.days.value[0]?.movements[0]?.number).toBe('26');
    expect(model.more.value).toBe(false);
  });

  it('asks the server what fits, and shows nothing else; what is pushed meanwhile waits', async () => {
    const client = new FakeClient(user('1', 'Me'));
    client.line.push(
      movement(2, -5n, 5n, day(20, 9), MovementKind.PACKET_SENT),
      movement(1, 10n, 10n, day(20, 8), MovementKind.TOP_UP),
    );
    const model = statementModel(client);
    await model.older.run();
    expect(model.count.value).toBe(2);
    model.want({ search: '', group: 'packets' });
    await vi.waitFor(() => expect(model.loaded.value).toBe(true));
    client.movements.value = [movement(3, 7n, 12n, day(20, 10))];
    expect(model.days.value.flatMap(({ movements }) => movements.map(({ number }) => number))).toEqual(['2']);
    model.want({ search: '' });
    await vi.waitFor(() => expect(model.count.value).toBe(3));
    model.end();
  });

  it('waits for a pause in typing, and believes no answer to an older search', async () => {
    vi.useFakeTimers();
    const client = new FakeClient(user('1', 'Me'));
    const model = statementModel(client);
    for (const search of ['d', 'du', 'dumpling']) model.want({ search });
    expect(client.calls).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(client.calls).toEqual([['statement', '0', { search: 'dumpling' }]]);
    model.end();
    vi.useRealTimers();
  });
});

describe('a filter', () => {
  const wanted = { search: ' tea ', group: 'transfers', direction: 'out', from: '2026-01-20', least: 100n } as const;

  it('becomes what the server understands, with whole days where this device is', () => {
    expect(filterOf({ ...wanted, to: '2026-01-20' })).toEqual({
      search: 'tea',
      kinds: expect.arrayContaining([MovementKind.TRANSFER_SENT]),
      direction: Direction.OUT,
      fromMs: BigInt(day(20, 0)),
      toMs: BigInt(day(21, 0)),
      amountMin: 100n,
    });
    expect(filterOf({ search: '  ' })).toEqual({});
  });

  it('is said part by part, each with what is left without it', () => {
    const chips = wantedWords(wanted);
    expect(chips).toHaveLength(4);
    expect(chips[0]?.without).toEqual({ ...wanted, group: undefined });
    expect(isEmpty({ search: '' })).toBe(true);
    expect(isEmpty(wanted)).toBe(false);
  });
});
