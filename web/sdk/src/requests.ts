import type { Clock } from './clock.js';
import { LaiseeError } from './failure.js';
import { type Answer, type Ask, type AskInit, answerTo, encodeAsk, isRepeatable, type ServerBody } from './frames.js';
import { ErrorCode } from './protocol.js';

const DEFAULT_FRAME_MAX_BYTES = 65_536;

export interface AskOptions<A extends Ask> {
  readonly timeoutMs?: number;
  /** Fails at once without a connection instead of waiting for one; never repeated. */
  readonly now?: boolean;
  /** Takes each of several answers; true: that was the last one. */
  readonly part?: (answer: Answer<A>) => boolean;
}

interface Pending {
  readonly ask: Ask;
  readonly now: boolean;
  readonly timeoutMs: number;
  readonly encode: (request: number) => Uint8Array;
  readonly take: (body: ServerBody) => boolean;
  readonly fail: (failure: LaiseeError) => void;
  sent: boolean;
  stopTimer: () => void;
}

/** Requests under way, and those that wait for a connection. */
export class Requests {
  private nextNumber = 1;
  private readonly pending = new Map<number, Pending>();
  private transmit: ((data: Uint8Array) => void) | undefined;
  private frameMaxBytes = DEFAULT_FRAME_MAX_BYTES;
  private ended: LaiseeError | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly defaultTimeoutMs: number,
  ) {}

  ask<A extends Ask>(ask: A, value: AskInit<A>, options: AskOptions<A> = {}): Promise<Answer<A>> {
    if (this.ended) return Promise.reject(this.ended);
    if (options.now && !this.transmit) return Promise.reject(LaiseeError.offline());
    const request = this.nextNumber++;
    return new Promise((resolve, reject) => {
      const entry: Pending = {
        ask,
        now: options.now ?? false,
        timeoutMs: options.timeoutMs ?? this.defaultTimeoutMs,
        encode: (number) => encodeAsk(number, ask, value),
        take: (body) => {
          const answer = answerTo(ask, body);
          if (body.case === 'error') reject(LaiseeError.from(body.value));
          else if (!answer) reject(new LaiseeError(ErrorCode.MALFORMED, `no answer to ${ask}`, 0, true));
          else if (options.part && !options.part(answer)) return false;
          else resolve(answer);
          return true;
        },
        fail: reject,
        sent: false,
        stopTimer: () => undefined,
      };
      this.pending.set(request, entry);
      this.startTimer(request, entry);
      this.send(request, entry);
    });
  }

  /** An answer came. */
  answered(request: number, body: ServerBody): void {
    const entry = this.pending.get(request);
    if (!entry) return;
    entry.stopTimer();
    if (entry.take(body)) this.pending.delete(request);
    else this.startTimer(request, entry);
  }

  /** From now on requests go out this way; those that waited go first. */
  connected(transmit: (data: Uint8Array) => void, frameMaxBytes = DEFAULT_FRAME_MAX_BYTES): void {
    this.transmit = transmit;
    this.frameMaxBytes = frameMaxBytes;
    for (const [request, entry] of [...this.pending]) this.send(request, entry);
  }

  disconnected(): void {
    this.transmit = undefined;
    for (const [request, entry] of [...this.pending]) {
      if (!entry.sent) continue;
      entry.sent = false;
      if (entry.now || !isRepeatable(entry.ask)) this.drop(request, entry, LaiseeError.unanswered());
    }
  }

  /** Nothing will be asked or answered any more. */
  end(why: LaiseeError): void {
    this.ended = why;
    this.transmit = undefined;
    for (const [request, entry] of [...this.pending]) this.drop(request, entry, why);
  }

  get over(): boolean {
    return this.ended !== undefined;
  }

  private send(request: number, entry: Pending): void {
    if (!this.transmit) return;
    const data = entry.encode(request);
    if (data.length > this.frameMaxBytes) return this.drop(request, entry, LaiseeError.tooLarge());
    entry.sent = true;
    this.transmit(data);
  }

  private startTimer(request: number, entry: Pending): void {
    entry.stopTimer = this.clock.after(entry.timeoutMs, () => {
      this.drop(request, entry, entry.sent ? LaiseeError.unanswered() : LaiseeError.offline());
    });
  }

  private drop(request: number, entry: Pending, failure: LaiseeError): void {
    entry.stopTimer();
    this.pending.delete(request);
    entry.fail(failure);
  }
}
