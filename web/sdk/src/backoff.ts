/** Full jitter: anywhere between nothing and the doubled wait, so that many clients never come back at once (rule C8). */
export function fullJitter(attempt: number, minMs: number, maxMs: number, random: () => number): number {
  return random() * doubled(attempt, minMs, maxMs);
}

/** Half of the wait is certain, half random: for repeating what the other side may still be working on. */
export function halfJitter(attempt: number, minMs: number, maxMs: number, random: () => number): number {
  return (0.5 + random() / 2) * doubled(attempt, minMs, maxMs);
}

function doubled(attempt: number, minMs: number, maxMs: number): number {
  return Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30));
}
