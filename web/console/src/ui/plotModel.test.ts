import { describe, expect, it } from 'vitest';
import { linePath, niceTop, reading } from './plotModel';

describe('plot', () => {
  it('ends its axis at a round number that holds every value', () => {
    expect([[], [0], [0.3], [1], [7], [12], [200], [201], [99_999]].map(niceTop)).toEqual([
      1, 1, 0.4, 1, 8, 20, 200, 400, 100_000,
    ]);
  });

  it('breaks the line where measurements are missing', () => {
    const points = [0, 1, 2, 3, 20, 21].map((at) => ({ at, value: at }));
    const line = linePath(
      points,
      (at) => at,
      (value) => value,
      1,
    );
    expect(line).toBe('M1.0 1.0L2.0 2.0L3.0 3.0M20.0 20.0L21.0 21.0');
  });

  it('reads the newest value at or before a time', () => {
    const points = [
      { at: 10, value: 1 },
      { at: 20, value: 2 },
    ];
    expect([5, 10, 19, 30].map((at) => reading(points, at))).toEqual([undefined, 1, 1, 2]);
  });
});
