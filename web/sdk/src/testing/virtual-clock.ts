import type { Clock } from '../clock.js';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly call: () => void;
}

/** Time that passes only when told to: hours in an instant, and the same each time. */
export class VirtualClock implements Clock {
  private readonly timers = new Set<Timer>();
  private made = 0;

  /**
   * `turns`: how often, after each timer, whatever else is under way may go on before time does. Promises need one;
   * a database that works in several steps needs more.
   */
  constructor(
    private nowMs = Date.UTC(2026, 0, 1),
    private readonly turns = 1,
  ) {}

  now(): number {
    return this.nowMs;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { atMs: this.nowMs + Math.max(0, ms), order: this.made++, call };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.timers.size;
  }

  /** Lets so much time pass, and everything happen that is due by then. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await this.settle();
    for (;;) {
      const next = this.next();
      if (!next || next.atMs > untilMs) break;
      await this.fire(next);
    }
    this.nowMs = untilMs;
  }

  /** Lets time pass until something is so; how long that took. Throws when it is not so within `limitMs`. */
  async until(isSo: () => boolean, limitMs = 600_000): Promise<number> {
    const beganMs = this.nowMs;
    await this.settle();
    while (!isSo()) {
      const next = this.next();
      if (!next || next.atMs > beganMs + limitMs) throw new Error(`not so within ${limitMs} ms: ${isSo}`);
      await this.fire(next);
    }
    return this.nowMs - beganMs;
  }

  /** Lets everything go on that waits for no timer. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < this.turns; turn++) await new Promise<void>((resolve) => afterPromises(resolve));
  }

  private async fire(timer: Timer): Promise<void> {
    this.timers.delete(timer);
    this.nowMs = Math.max(this.nowMs, timer.atMs);
    timer.call();
    await this.settle();
  }

  private next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) {
      if (!first || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.order < first.order)) first = timer;
    }
    return first;
  }
}

/** Calls when no promise is left to be continued; Node has a faster way than browsers. */
const afterPromises: (call: () => void) => void =
  (globalThis as { setImmediate?: (call: () => void) => void }).setImmediate ?? ((call) => setTimeout(call, 0));
