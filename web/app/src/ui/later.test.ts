import { afterEach, expect, it, vi } from 'vitest';
import { fetchScreensWhenIdle, later } from './later';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('fetches screens one after another, and waits where the network is gone', async () => {
  vi.useFakeTimers();
  vi.stubGlobal('window', { requestIdleCallback: (work: () => void) => setTimeout(work, 0) });
  const asked: string[] = [];
  let there = false;
  const screen = (name: string, needsNetwork: boolean) =>
    later(async () => {
      asked.push(name);
      if (needsNetwork && !there) throw new TypeError('Failed to fetch');
      return () => null;
    });
  screen('one', false);
  screen('two', true);
  screen('three', true);
  fetchScreensWhenIdle();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toEqual(['one', 'two']);
  there = true;
  await vi.advanceTimersByTimeAsync(40_000);
  expect(asked).toEqual(['one', 'two', 'two', 'three']);
});
