import type { Clock } from '../clock.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = globalThis.setTimeout(call, ms);
    return () => globalThis.clearTimeout(timer);
  },
};
