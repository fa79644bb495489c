import { expect, it } from 'vitest';
import { dayStart } from './dayStart';

it('is the first moment of a day where this device is, across the ends of months', () => {
  expect(dayStart('2026-01-31')).toBe(new Date(2026, 0, 31).getTime());
  expect(dayStart('2026-01-31', 1)).toBe(new Date(2026, 1, 1).getTime());
  for (const none of [undefined, '', '2026-1-31', 'today']) expect(dayStart(none)).toBeUndefined();
});
