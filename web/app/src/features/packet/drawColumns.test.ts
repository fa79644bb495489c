import { describe, expect, it } from 'vitest';
import type { Claim } from '../../client/wire';
import { columnsOf } from './drawColumns';

const cut = (rest: bigint, share: bigint) => ({ rest, low: 1n, high: 2n * share, share });
const steps = { cuts: [cut(1000n, 300n), cut(700n, 600n), cut(100n, 100n)], order: [2, 0, 1] };
const claim = (index: number, amount: bigint): Claim => ({ user: `${index}`, index, amount, atMs: 0n }) as Claim;

describe('the picture of a draw', () => {
  it('has each share once, in the order of opening, with the cut it came from', () => {
    const columns = columnsOf(steps, []);
    expect(columns.map(({ cut, slot, share }) => [cut, slot, share])).toEqual([
      [2, 0, 100n],
      [0, 1, 300n],
      [1, 2, 600n],
    ]);
    expect(columns.every(({ matches, best }) => matches === undefined && !best)).toBe(true);
  });

  it('shows who got what, where that differs, and the best of those that were opened', () => {
    const columns = columnsOf(steps, [claim(0, 100n), claim(1, 299n)]);
    expect(columns.map(({ matches }) => matches)).toEqual([true, false, undefined]);
    expect(columns.map(({ best }) => best)).toEqual([false, true, false]);
  });

  it('shows nothing of a draw that could not be followed', () => {
    expect(columnsOf({ cuts: [], order: [] }, [claim(0, 1n)])).toEqual([]);
  });
});
