import { halfJitter } from './backoff.js';
import { Chore } from './chore.js';
import type { Device } from './device.js';
import type { Outbox } from './outbox.js';
import type { Conversation, Head, Message, SyncConversation } from './protocol.js';
import type { Given, Thread } from './thread.js';
import type { Threads } from './threads.js';

/** Messages asked for in one pull; the most the protocol gives. */
const PULL_MESSAGES = 100;
const PULL_MAX_MS = 30_000;

interface Fetching {
  readonly pull: Chore;
  readonly look: Chore;
  /** Pulls in a row that brought nothing. */
  stalls: number;
}

export interface InboxEvents {
  /** So many messages were taken in that are to be acknowledged. */
  held(thread: Thread, messages: number): void;
}

/** How messages and conversations come in: de-duplicated, in order, gaps pulled (rule M6). */
export class Inbox {
  private readonly fetching = new Map<string, Fetching>();
  /** While a sync runs, what is missing is likely on its way. */
  private syncing = false;

  constructor(
    private readonly device: Device,
    private readonly threads: Threads,
    private readonly outbox: Outbox,
    private readonly events: InboxEvents,
  ) {}

  /** A message from the server, by whatever way. */
  took(message: Message): void {
    if (message.sender === this.device.store.myId) this.outbox.resolve(message);
    this.take(message);
  }

  /** A message of mine that the server has just stored: no news here, and nothing to acknowledge. */
  sent(message: Message): void {
    this.take(message, message.seq);
  }

  learned(conversation: Conversation): void {
    const thread = this.threads.open(conversation.id);
    this.give(thread, thread.learn(conversation));
    this.fill(thread);
  }

  synced(part: SyncConversation): void {
    const { conversation, messages } = part;
    if (!conversation) return;
    const me = this.device.store.myId;
    for (const message of messages) if (message.sender === me) this.outbox.resolve(message);
    const thread = this.threads.open(conversation.id);
    this.give(thread, thread.sync({ ...part, conversation }, me));
  }

  headsCame(heads: readonly Head[]): void {
    for (const { conversation, head } of heads) {
      const thread = this.threads.open(conversation);
      thread.noteHead(head);
      this.threads.touch(conversation);
      this.fill(thread);
    }
  }

  syncBegan(): void {
    this.syncing = true;
  }

  syncEnded(): void {
    this.syncing = false;
    for (const thread of this.threads.all()) this.fill(thread);
  }

  disconnected(): void {
    for (const { pull, look } of this.fetching.values()) {
      pull.callOff();
      look.callOff();
    }
    this.fetching.clear();
  }

  private take(message: Message, sentSeq?: number): void {
    const thread = this.threads.open(message.conversation);
    this.give(thread, thread.take(message, this.device.store.myId), sentSeq);
    this.fill(thread);
  }

  /** `sentSeq`: the message that was sent from here. Others may have waited for it to come before them. */
  private give(thread: Thread, given: Given, sentSeq?: number): void {
    this.threads.touch(thread.id);
    if (given.reloaded) this.threads.dropMessages(thread);
    this.threads.keepMessages(given.messages);
    const { state } = thread;
    if (!state) return;
    const news = given.messages.filter((message) => message.seq !== sentSeq);
    for (const message of news) this.device.emit('message', this.threads.form(message, state));
    if (news.length > 0) this.events.held(thread, news.length);
  }

  /** Fetches what is missing, or where an unknown conversation begins. */
  private fill(thread: Thread): void {
    if (this.syncing) return;
    if (!thread.state) this.chores(thread).look.want();
    else if (thread.hasGap) this.chores(thread).pull.want(this.waitFor(thread));
  }

  private waitFor(thread: Thread): number {
    const { gapWaitMs } = this.device.tempo;
    const { stalls } = this.chores(thread);
    return stalls === 0 ? gapWaitMs : halfJitter(stalls, gapWaitMs, PULL_MAX_MS, this.device.random);
  }

  private chores(thread: Thread): Fetching {
    let chores = this.fetching.get(thread.id);
    if (!chores) {
      const close = () => {
        thread.close();
        this.threads.touch(thread.id);
        this.threads.publish();
      };
      chores = {
        pull: new Chore(this.device, () => this.pull(thread), close),
        look: new Chore(this.device, () => this.look(thread), close),
        stalls: 0,
      };
      this.fetching.set(thread.id, chores);
    }
    return chores;
  }

  private async pull(thread: Thread): Promise<number | undefined> {
    if (!thread.hasGap || this.syncing) return undefined;
    const before = thread.through;
    // `after: 0` would mean "from the newest".
    const from = before > 0 ? { after: before } : { before: PULL_MESSAGES + 1 };
    const question = { conversation: thread.id, limit: PULL_MESSAGES, ...from };
    const { messages } = await this.device.requests.ask('getHistory', question, { now: true });
    const chores = this.chores(thread);
    for (const message of messages) this.took(message);
    this.threads.publish();
    chores.stalls = thread.through > before ? 0 : chores.stalls + 1;
    if (!thread.hasGap) return undefined;
    // What is missing may lie before my joining: look where my history begins.
    if (chores.stalls > 0) chores.look.want();
    return chores.stalls > 0 ? this.waitFor(thread) : 0;
  }

  private async look(thread: Thread): Promise<undefined> {
    const answer = await this.device.requests.ask('getConversation', { conversation: thread.id }, { now: true });
    if (answer.conversation) this.learned(answer.conversation);
    this.threads.publish();
  }
}
