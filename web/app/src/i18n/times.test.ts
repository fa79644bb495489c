import { effect } from '@preact/signals';
import { afterEach, expect, it, vi } from 'vitest';

const at = (day: number, hour: number, minute = 0) => new Date(2026, 1, day, hour, minute).getTime();

afterEach(() => {
  vi.useRealTimers();
  vi.resetModules();
});

it('says yesterday, nothing for today, and tomorrow', async () => {
  const { momentHeading, dayHeading } = await import('./times');
  const say = (ms: number) => momentHeading(ms, at(17, 12));
  expect([at(16, 23, 59), at(17, 0), at(17, 23, 59), at(18, 0)].map(say)).toEqual([
    ...['Yesterday 23:59', '00:00', '23:59', 'tomorrow 00:00'],
  ]);
  expect(say(at(19, 8, 5))).toMatch(/Thu.*19 February 08:05/);
  expect(dayHeading(at(17, 3), at(17, 12))).toBe('Today');
});

it('says it anew when the day is over, also on a screen that nobody touches', async () => {
  vi.useFakeTimers({ now: at(17, 23, 30) });
  // A module of its own, whose clock is the one of this test.
  vi.resetModules();
  await (await import('./i18n')).loadWords();
  const { momentHeading } = await import('./times');
  const shown: string[] = [];
  const stop = effect(() => void shown.push(momentHeading(at(18, 9))));
  vi.advanceTimersByTime(29 * 60_000);
  expect(shown).toEqual(['tomorrow 09:00']);
  vi.advanceTimersByTime(2 * 60_000);
  expect(shown.at(-1)).toBe('09:00');
  vi.advanceTimersByTime(24 * 3_600_000);
  expect(shown.at(-1)).toBe('Yesterday 09:00');
  stop();
});
