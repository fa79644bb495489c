import { describe, expect, it } from 'vitest';
import { Refused } from '../api/api';
import { listModel } from './listModel';

const pages: Record<string, { rows: number[]; next: string | undefined }> = {
  '': { rows: [1, 2], next: 'a' },
  a: { rows: [3, 4], next: 'b' },
  b: { rows: [5], next: undefined },
};
const load = async (_: unknown, after: string | undefined) => pages[after ?? ''] ?? { rows: [], next: undefined };

describe('a list', () => {
  it('adds pages until the last, and begins anew when shown again', async () => {
    const list = listModel(load);
    expect(list.shown.value).toBe(false);
    await list.show({});
    expect([list.rows.value, list.more.value, list.shown.value]).toEqual([[1, 2], true, true]);
    await list.next();
    await list.next();
    await list.next();
    expect([list.rows.value, list.more.value]).toEqual([[1, 2, 3, 4, 5], false]);
    await list.again();
    expect(list.rows.value).toEqual([1, 2]);
  });

  it('never lets a slow answer overwrite a later filter', async () => {
    const waiting: ((rows: number[]) => void)[] = [];
    const list = listModel<number>(
      () => new Promise((done) => waiting.push((rows) => done({ rows, next: undefined }))),
    );
    const first = list.show({ q: 'a' });
    const second = list.show({ q: 'ab' });
    waiting[1]?.([2]);
    await second;
    waiting[0]?.([1]);
    await first;
    expect(list.rows.value).toEqual([2]);
    expect(list.busy.value).toBe(false);
  });

  it('keeps what is shown when a page fails, and says why', async () => {
    let broken = false;
    const list = listModel(async (_: unknown, after: string | undefined) => {
      if (broken) throw new Refused('OFFLINE', '');
      return load(_, after);
    });
    await list.show({});
    broken = true;
    await list.next();
    expect(list.rows.value).toEqual([1, 2]);
    expect(list.problem.value).toBeInstanceOf(Refused);
    broken = false;
    await list.next();
    expect([list.rows.value, list.problem.value]).toEqual([[1, 2, 3, 4], undefined]);
  });

  it('gives all rows for an export, up to a number', async () => {
    const list = listModel(load);
    await list.show({});
    expect(await list.all(100)).toEqual([1, 2, 3, 4, 5]);
    expect(await list.all(3)).toEqual([1, 2, 3]);
  });
});
