import { halfJitter } from './backoff.js';
import type { Device } from './device.js';
import { LaiseeError } from './failure.js';
import type { ErrorCode } from './protocol.js';

const RETRY_MIN_MS = 300;
const RETRY_MAX_MS = 5_000;
/** So long a money command is repeated before its failure is told. */
const PATIENCE_MS = 60_000;

/** The same command with the same id gets the first result, so repeating it is safe (rule W2). */
export async function insist<T>(
  { clock, random, requests }: Device,
  command: () => Promise<T>,
  alsoRepeat: readonly ErrorCode[] = [],
): Promise<T> {
  const untilMs = clock.now() + PATIENCE_MS;
  for (let attempt = 0; ; attempt++) {
    try {
      return await command();
    } catch (reason) {
      if (!(reason instanceof LaiseeError)) throw reason;
      if (reason.kind !== 'operation' && !alsoRepeat.includes(reason.code)) throw reason;
      if (requests.over) throw reason;
      const jitter = halfJitter(attempt, RETRY_MIN_MS, RETRY_MAX_MS, random);
      const waitMs = Math.max(jitter, reason.retryAfterMs);
      if (clock.now() + waitMs >= untilMs) throw reason;
      await new Promise<void>((resolve) => clock.after(waitMs, resolve));
    }
  }
}
