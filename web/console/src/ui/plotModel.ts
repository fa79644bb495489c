export type Point = { at: number; value: number };

/** The end of an axis that holds all values and leaves little empty; its half is a round number, too. */
export function niceTop(values: readonly number[]): number {
  const most = Math.max(0, ...values);
  if (most === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 6, 8, 10].map((step) => step * power).find((top) => top >= most * (1 - 1e-9)) ?? most;
}

/** A line through the points; a break where measurements are missing, never a bridge that was not measured. */
export function linePath(
  points: readonly Point[],
  x: (at: number) => number,
  y: (value: number) => number,
  from: number,
): string {
  const seen = points.filter(({ at }) => at >= from);
  const gap = 4 * usualStep(seen);
  return seen
    .map(({ at, value }, i) => {
      const before = seen[i - 1];
      const verb = before && at - before.at <= gap ? 'L' : 'M';
      return `${verb}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('');
}

/** The value of the newest measurement at or before a time. */
export function reading(points: readonly Point[], at: number): number | undefined {
  return points.findLast((point) => point.at <= at)?.value;
}

function usualStep(points: readonly Point[]): number {
  const steps = points.slice(1).map(({ at }, i) => at - (points[i]?.at ?? at));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}
