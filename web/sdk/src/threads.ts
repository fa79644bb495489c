import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { Device } from './device.js';
import { heldMessage, unsentMessage } from './held-message.js';
import type { HeldMessage } from './model.js';
import type { Outbox } from './outbox.js';
import { type Conversation, ConversationSchema, type Message, MessageSchema } from './protocol.js';
import type { StoredConversation } from './storage.js';
import { Thread } from './thread.js';

/** Positions in one sync request, such that it fits into a frame; conversations beyond are sent as new, which costs but harms nothing. */
const POSITIONS_MAX = 2_000;
/** Conversations of which a cold start shows a page of messages; of the others the newest one. */
const WARM_CONVERSATIONS = 50;

/** All conversations of this device, kept in step with storage and store. */
export class Threads {
  private readonly threads = new Map<string, Thread>();
  private readonly changed = new Set<string>();
  private readonly forms = new WeakMap<Message, HeldMessage>();

  constructor(
    private readonly device: Device,
    private readonly outbox: () => Outbox,
  ) {}

  get(id: string): Thread | undefined {
    return this.threads.get(id);
  }

  /** The conversation, made when it was never heard of. */
  open(id: string): Thread {
    let thread = this.threads.get(id);
    if (!thread) {
      thread = new Thread(id);
      this.threads.set(id, thread);
    }
    return thread;
  }

  all(): Iterable<Thread> {
    return this.threads.values();
  }

  positions() {
    const known = [...this.threads.values()].flatMap((thread) =>
      thread.state ? [{ thread, state: thread.state }] : [],
    );
    known.sort((a, b) => Number(b.state.lastAtMs - a.state.lastAtMs));
    return known.slice(0, POSITIONS_MAX).map(({ thread, state }) => ({
      conversation: thread.id,
      seq: thread.through,
      read: state.read,
      revision: state.revision,
    }));
  }

  /** Told again to the screens and stored, at the next `publish`. */
  touch(id: string): void {
    this.changed.add(id);
  }

  keepMessages(messages: readonly Message[]): void {
    this.device.persistence.add(
      ...messages.map((message) => ({
        put: 'message' as const,
        value: { conversation: message.conversation, seq: message.seq, bytes: toBinary(MessageSchema, message) },
      })),
    );
  }

  dropMessages(thread: Thread): void {
    const change = { drop: 'messages', conversation: thread.id, before: thread.first } as const;
    this.device.persistence.add(change);
  }

  /** Tells the store and the storage of everything touched, once. */
  publish(): void {
    if (this.changed.size === 0) return;
    for (const id of this.changed) {
      const thread = this.threads.get(id);
      this.show(id, thread);
      if (thread?.state) this.device.persistence.add({ put: 'conversation', value: stored(thread, thread.state) });
    }
    this.changed.clear();
    this.device.store.conversations.set(this.sorted());
  }

  async restore(conversations: readonly StoredConversation[]): Promise<void> {
    for (const row of conversations) {
      const thread = this.open(row.id);
      thread.state = fromBinary(ConversationSchema, row.state);
      thread.through = row.through;
      thread.floor = row.floor;
      thread.readWanted = row.readWanted;
      thread.ackedHere = Math.min(thread.state.acked, row.through);
      thread.noteHead(thread.state.head);
    }
    const newest = [...this.threads.values()].sort((a, b) =>
      Number((b.state?.lastAtMs ?? 0n) - (a.state?.lastAtMs ?? 0n)),
    );
    const page = (rank: number) => (rank < WARM_CONVERSATIONS ? this.device.tempo.historyPage : 1);
    await Promise.all(newest.map((thread, rank) => this.warm(thread, page(rank))));
    for (const thread of newest) this.show(thread.id, thread);
    this.device.store.conversations.set(this.sorted());
  }

  /** Messages right before those held, as far as the storage has them. */
  async stored(thread: Thread, limit: number): Promise<Message[]> {
    const rows = await this.device.persistence.storage.messages(thread.id, thread.first, limit);
    return rows.map((row) => fromBinary(MessageSchema, row.bytes));
  }

  forget(): void {
    this.threads.clear();
    this.changed.clear();
  }

  /** How a message looks on screens; the same object as long as nothing about it changes. */
  form(message: Message, state: Conversation): HeldMessage {
    const form = heldMessage(message, this.device.store.myId, state.peerAcked, state.peerRead);
    const standing = this.forms.get(message);
    if (standing && standing.delivery === form.delivery) return standing;
    this.forms.set(message, form);
    return form;
  }

  private async warm(thread: Thread, limit: number): Promise<void> {
    try {
      thread.prepend(await this.stored(thread, limit));
    } catch (reason) {
      this.device.emit('storage-failed', { reason });
    }
  }

  private show(id: string, thread: Thread | undefined): void {
    const { store } = this.device;
    const me = store.myId;
    const unsent = this.outbox()
      .of(id)
      .map((outgoing) => unsentMessage(outgoing, me));
    const state = thread?.state;
    const held = state ? [...thread.held, ...thread.ownAhead(me)].map((message) => this.form(message, state)) : [];
    store.messages(id).set({ messages: [...held, ...unsent], hasOlder: thread?.hasOlder ?? false });
    store.conversation(id).set(thread?.shown);
  }

  private sorted(): Conversation[] {
    const { store } = this.device;
    const shown = [...this.threads.keys()].flatMap((id) => {
      const conversation = store.conversation(id).snapshot;
      if (!conversation) return [];
      const unsentMs = store.messages(id).snapshot.messages.at(-1)?.atMs ?? 0;
      return [{ conversation, atMs: Math.max(Number(conversation.lastAtMs), unsentMs) }];
    });
    shown.sort((a, b) => b.atMs - a.atMs || compareIds(b.conversation.id, a.conversation.id));
    return shown.map(({ conversation }) => conversation);
  }
}

function stored(thread: Thread, state: Conversation): StoredConversation {
  const { id, through, floor, readWanted } = thread;
  return { id, through, floor, readWanted, state: toBinary(ConversationSchema, state) };
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
