import { Chore } from './chore.js';
import type { Device } from './device.js';
import { LaiseeError } from './failure.js';
import type { Inbox } from './inbox.js';
import type { Thread } from './thread.js';
import type { Threads } from './threads.js';

/** Conversations asked about after a break, newest first; who scrolls further down waits for the next notice. */
const ASKED_MAX = 20;

/**
 * How far others have come with my messages. Notices tell it, and a sync does not: what a break swallowed is asked for
 * (rule C3), one conversation after the other, where my last message is not known to be read.
 */
export class Receipts {
  private readonly chore: Chore;
  private waiting = new Set<Thread>();

  constructor(
    private readonly device: Device,
    private readonly threads: Threads,
    private readonly inbox: Inbox,
  ) {
    this.chore = new Chore(device, () => this.next());
  }

  synced(): void {
    const me = this.device.store.myId;
    const open = [...this.threads.all()]
      .filter((thread) => thread.state?.member && thread.lastOwn(me) > thread.state.peerRead)
      .sort((a, b) => Number((b.state?.lastAtMs ?? 0n) - (a.state?.lastAtMs ?? 0n)));
    this.waiting = new Set(open.slice(0, ASKED_MAX));
    this.chore.want();
  }

  disconnected(): void {
    this.waiting.clear();
    this.chore.callOff();
  }

  private async next(): Promise<number | undefined> {
    const [thread] = this.waiting;
    if (!thread) return undefined;
    try {
      const question = { conversation: thread.id };
      const { conversation } = await this.device.requests.ask('getConversation', question, { now: true });
      if (conversation) this.inbox.learned(conversation);
      this.threads.publish();
    } catch (reason) {
      if (!(reason instanceof LaiseeError) || reason.retryable) throw reason;
    }
    this.waiting.delete(thread);
    return 0;
  }
}
