import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { halfJitter } from './backoff.js';
import type { Device } from './device.js';
import { LaiseeError } from './failure.js';
import type { Outgoing } from './held-message.js';
import { type Content, ContentSchema, ErrorCode, type Message, MessageSchema, type MessageSent } from './protocol.js';
import type { StoredOutgoing } from './storage.js';

interface Entry extends Outgoing {
  readonly rank: number;
  readonly sendings: number;
  readonly underWay: boolean;
  readonly dueMs: number;
  readonly giveUpMs: number;
}

export interface OutboxEvents {
  changed(conversation: string): void;
  /** The server has it. */
  sent(message: Message): void;
  failed(outgoing: Outgoing): void;
}

/** The wait-ack queue: my messages that the server has not acknowledged yet. */
export class Outbox {
  private readonly entries = new Map<string, Entry>();
  private nextRank = 1;
  private stopped = false;
  private stopTimer = () => {};

  constructor(
    private readonly device: Device,
    private readonly events: OutboxEvents,
  ) {}

  /** From top to bottom. */
  of(conversation: string): Outgoing[] {
    return this.sorted().filter((entry) => entry.conversation === conversation);
  }

  restore(stored: readonly StoredOutgoing[]): void {
    const now = this.device.clock.now();
    for (const one of [...stored].sort((a, b) => a.rank - b.rank)) {
      if (this.entries.has(one.clientMsgId)) continue;
      this.entries.set(one.clientMsgId, {
        clientMsgId: one.clientMsgId,
        conversation: one.conversation,
        content: fromBinary(ContentSchema, one.content),
        atMs: one.atMs,
        failed: one.failed,
        failure: one.errorCode ? new LaiseeError(one.errorCode) : undefined,
        rank: one.rank,
        sendings: 0,
        underWay: false,
        dueMs: now,
        giveUpMs: now + this.device.tempo.giveUpMs,
      });
      this.nextRank = Math.max(this.nextRank, one.rank + 1);
    }
    this.pump();
  }

  add(conversation: string, content: Content): string {
    const now = this.device.clock.now();
    const clientMsgId = this.device.newId();
    this.put({
      ...{ clientMsgId, conversation, content, atMs: now, failed: false, failure: undefined },
      ...{
        rank: this.nextRank++,
        sendings: 0,
        underWay: false,
        dueMs: now,
        giveUpMs: now + this.device.tempo.giveUpMs,
      },
    });
    this.pump();
    return clientMsgId;
  }

  /** Again with the same id, at the bottom (rule M7). */
  retry(key: string): void {
    const entry = this.entries.get(key);
    if (!entry?.failed) return;
    const now = this.device.clock.now();
    this.put({
      ...{ ...entry, atMs: now, failed: false, failure: undefined },
      ...{ rank: this.nextRank++, sendings: 0, dueMs: now, giveUpMs: now + this.device.tempo.giveUpMs },
    });
    this.pump();
  }

  discard(key: string): void {
    if (this.entries.get(key)?.failed) this.remove(key);
  }

  /** A message of mine that comes back to me is stored: no answer needs to be waited for. */
  resolve(message: Message): boolean {
    return this.remove(message.clientMsgId) !== undefined;
  }

  /** A fresh connection: everything that has not failed goes at once, in order. */
  connected(): void {
    const now = this.device.clock.now();
    for (const entry of this.entries.values()) if (!entry.failed) this.keep({ ...entry, dueMs: now });
    this.pump();
  }

  /** Whoever starts next on the same storage goes on with it. */
  stop(): void {
    this.stopped = true;
    this.stopTimer();
  }

  forget(): void {
    this.stopTimer();
    this.entries.clear();
  }

  private pump(): void {
    const { clock, connection, tempo } = this.device;
    this.stopTimer();
    if (this.stopped) return;
    const now = clock.now();
    let underWay = [...this.entries.values()].filter((entry) => entry.underWay).length;
    let nextMs = Number.POSITIVE_INFINITY;
    // What waits to be repeated is not overtaken by what was written after it.
    const waiting = new Set<string>();
    for (const entry of this.sorted()) {
      if (entry.failed) continue;
      if (entry.giveUpMs <= now) {
        this.fail(entry, undefined);
        continue;
      }
      nextMs = Math.min(nextMs, entry.giveUpMs);
      if (entry.underWay || !connection.online) continue;
      if (entry.dueMs > now) {
        nextMs = Math.min(nextMs, entry.dueMs);
        waiting.add(entry.conversation);
      } else if (underWay < tempo.sendWindow && !waiting.has(entry.conversation)) {
        underWay++;
        void this.send(entry);
      }
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.stopTimer = clock.after(nextMs - now, () => this.pump());
  }

  private async send(entry: Entry): Promise<void> {
    const { requests, random, clock, tempo } = this.device;
    const { clientMsgId, conversation, content } = entry;
    const sendings = entry.sendings + 1;
    this.keep({ ...entry, underWay: true, sendings });
    try {
      this.wasSent(entry, await requests.ask('sendMessage', { conversation, clientMsgId, content }, { now: true }));
    } catch (reason) {
      if (!(reason instanceof LaiseeError)) throw reason;
      const waitMs = halfJitter(sendings - 1, tempo.resendMinMs, tempo.resendMaxMs, random);
      this.notSent(clientMsgId, reason, clock.now() + Math.max(waitMs, reason.retryAfterMs));
    }
    this.pump();
  }

  private wasSent(entry: Entry, answer: MessageSent): void {
    if (!this.remove(entry.clientMsgId)) return;
    const { conversation, clientMsgId, content } = entry;
    const { id, seq, atMs } = answer;
    const sender = this.device.store.myId;
    this.events.sent(create(MessageSchema, { conversation, clientMsgId, content, id, seq, atMs, sender }));
  }

  private notSent(clientMsgId: string, reason: LaiseeError, againMs: number): void {
    const entry = this.entries.get(clientMsgId);
    // Come back by another way meanwhile, or given up.
    if (!entry || entry.failed) return;
    // Signed out: it waits for whoever signs in next on this storage.
    const final = !reason.retryable && reason.code !== ErrorCode.UNAUTHENTICATED;
    if (final) this.fail(entry, reason);
    else if (entry.sendings >= this.device.tempo.resendLimit) this.fail(entry, reason.local ? undefined : reason);
    else this.keep({ ...entry, underWay: false, dueMs: againMs });
  }

  private fail(entry: Entry, failure: LaiseeError | undefined): void {
    const failed = { ...entry, underWay: false, failed: true, failure };
    this.put(failed);
    this.events.failed(failed);
  }

  /** Changes what only this run needs to know. */
  private keep(entry: Entry): void {
    this.entries.set(entry.clientMsgId, entry);
  }

  private put(entry: Entry): void {
    this.keep(entry);
    const { clientMsgId, conversation, rank, atMs, failed } = entry;
    const content = toBinary(ContentSchema, entry.content);
    const value = { clientMsgId, conversation, rank, atMs, content, failed, errorCode: entry.failure?.code ?? 0 };
    this.device.persistence.add({ put: 'outgoing', value });
    this.events.changed(conversation);
  }

  private remove(clientMsgId: string): Entry | undefined {
    const entry = this.entries.get(clientMsgId);
    if (!entry) return undefined;
    this.entries.delete(clientMsgId);
    this.device.persistence.add({ drop: 'outgoing', clientMsgId });
    this.events.changed(entry.conversation);
    return entry;
  }

  private sorted(): Entry[] {
    return [...this.entries.values()].sort((a, b) => a.rank - b.rank);
  }
}
