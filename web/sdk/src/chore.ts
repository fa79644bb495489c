import { halfJitter } from './backoff.js';
import type { Device } from './device.js';
import { LaiseeError } from './failure.js';

const WAIT_MIN_MS = 500;
const WAIT_MAX_MS = 30_000;

/**
 * Upkeep that has at most one request under way and is repeated until it is done: wanting it twice does it once.
 * A connection that is lost calls everything off; whoever owns the chore wants it again when there is a new one.
 */
export class Chore {
  private state: 'idle' | 'waiting' | 'running' = 'idle';
  private dueMs = 0;
  private again: number | undefined;
  private failures = 0;
  private round = 0;
  private stopTimer = () => {};

  /** `work` answers after how many milliseconds it wants to run again; undefined: done. */
  constructor(
    private readonly device: Device,
    private readonly work: () => Promise<number | undefined>,
    private readonly refused: (failure: LaiseeError) => void = () => {},
  ) {}

  get idle(): boolean {
    return this.state === 'idle';
  }

  want(afterMs = 0): void {
    const { clock, connection } = this.device;
    if (!connection.online) return;
    if (this.state === 'running') {
      this.again = Math.min(afterMs, this.again ?? afterMs);
      return;
    }
    const dueMs = clock.now() + afterMs;
    if (this.state === 'waiting' && this.dueMs <= dueMs) return;
    this.stopTimer();
    this.state = 'waiting';
    this.dueMs = dueMs;
    this.stopTimer = clock.after(afterMs, () => this.run());
  }

  callOff(): void {
    this.stopTimer();
    this.round++;
    this.state = 'idle';
    this.again = undefined;
    this.failures = 0;
  }

  private async run(): Promise<void> {
    this.state = 'running';
    const round = this.round;
    let next: number | undefined;
    try {
      next = await this.work();
      if (round === this.round) this.failures = 0;
    } catch (reason) {
      if (!(reason instanceof LaiseeError)) throw reason;
      if (round !== this.round) return;
      if (reason.kind === 'operation') {
        const waitMs = halfJitter(this.failures++, WAIT_MIN_MS, WAIT_MAX_MS, this.device.random);
        next = Math.max(waitMs, reason.retryAfterMs);
      } else this.refused(reason);
    }
    if (round !== this.round) return;
    this.state = 'idle';
    const again = this.again;
    this.again = undefined;
    if (next !== undefined || again !== undefined) this.want(Math.min(next ?? Infinity, again ?? Infinity));
  }
}
