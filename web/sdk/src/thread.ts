import type { Conversation, Message, SyncConversation } from './protocol.js';

/** Messages held back for a gap; more are dropped and pulled later. */
const AHEAD_MAX = 1_000;
/** Of a conversation first met outside of a sync, so many of its newest messages are fetched; the rest by scrolling. */
const FIRST_MESSAGES = 50;

/** What taking something in brought: messages now in order, and whether older ones were let go. */
export interface Given {
  readonly messages: readonly Message[];
  readonly reloaded: boolean;
}

const nothing: Given = { messages: [], reloaded: false };

/** What this device holds of one conversation. Pure: it knows no time and asks nobody. */
export class Thread {
  /** As the server and notices since say it stands; undefined until it is known where my history begins. */
  state: Conversation | undefined;
  /** Rising, without a hole; the last one, if any, has the number `through`. */
  held: readonly Message[] = [];
  /** The last message up to which everything is held. */
  through = 0;
  /** Messages up to here are not unread (rule M8). */
  floor = 0;
  /** My read mark as the user wants it. */
  readWanted = 0;
  /** Up to here the server knows that this device has them. */
  ackedHere = 0;
  /** The server has nothing older. */
  exhausted = false;
  /** The newest message known to exist. */
  private head = 0;
  private readonly ahead = new Map<number, Message>();

  constructor(readonly id: string) {}

  get joined(): number {
    return this.state?.joined ?? 0;
  }

  get hasGap(): boolean {
    return this.state !== undefined && this.head > this.through;
  }

  get first(): number {
    return this.held[0]?.seq ?? this.through + 1;
  }

  get hasOlder(): boolean {
    return !this.exhausted && this.first > this.joined + 1;
  }

  /** As screens should see it. */
  get shown(): Conversation | undefined {
    if (!this.state) return undefined;
    const head = Math.max(this.head, this.through);
    const read = Math.max(this.state.read, this.readWanted);
    return { ...this.state, head, read, unread: Math.max(0, head - this.floor) };
  }

  /** The newest message held that I wrote; 0: none. */
  lastOwn(me: string): number {
    return this.held.findLast(({ sender, content }) => sender === me && content?.kind.case !== 'note')?.seq ?? 0;
  }

  /** Own messages that the server has, but that wait for a gap before them: shown already. */
  ownAhead(me: string): Message[] {
    const own = [...this.ahead.values()].filter((message) => message.sender === me);
    return own.sort((a, b) => a.seq - b.seq);
  }

  take(message: Message, me: string): Given {
    const { seq } = message;
    this.noteHead(seq, message.atMs);
    if (message.sender === me) this.floor = Math.max(this.floor, seq);
    if (seq <= this.through || seq === 0) return nothing;
    if (!this.ahead.has(seq)) this.ahead.set(seq, message);
    if (this.ahead.size > AHEAD_MAX) this.ahead.delete(Math.max(...this.ahead.keys()));
    return { messages: this.inOrder(), reloaded: false };
  }

  noteHead(head: number, atMs = 0n): void {
    this.head = Math.max(this.head, head);
    if (this.state && atMs > this.state.lastAtMs) this.state = { ...this.state, lastAtMs: atMs };
  }

  /** How the server says it stands. Words may come out of order, so marks only rise. */
  learn(said: Conversation): Given {
    const before = this.state;
    const newer = !before || said.revision >= before.revision;
    this.state = {
      ...(newer ? said : before),
      quiet: said.quiet,
      lastAtMs: said.lastAtMs > (before?.lastAtMs ?? 0n) ? said.lastAtMs : (before?.lastAtMs ?? 0n),
      head: Math.max(said.head, before?.head ?? 0),
      joined: Math.max(said.joined, before?.joined ?? 0),
      acked: Math.max(said.acked, before?.acked ?? 0),
      read: Math.max(said.read, before?.read ?? 0),
      peerAcked: Math.max(said.peerAcked, before?.peerAcked ?? 0),
      peerRead: Math.max(said.peerRead, before?.peerRead ?? 0),
    };
    this.head = Math.max(this.head, said.head);
    this.floor = Math.max(this.floor, said.head - said.unread, said.read, said.joined);
    if (!before) this.begin(Math.max(this.through, this.head - FIRST_MESSAGES));
    const reloaded = this.begin(this.joined);
    return { messages: this.inOrder(), reloaded };
  }

  /** One conversation of a sync segment (rules S1 and S3). */
  sync(part: SyncConversation & { conversation: Conversation }, me: string): Given {
    const { conversation, messages, reload } = part;
    const first = messages[0]?.seq;
    const unknown = this.state === undefined;
    let reloaded = false;
    if (unknown || reload) {
      this.state ??= conversation;
      const from = first !== undefined ? first - 1 : reload ? conversation.head : conversation.joined;
      reloaded = this.begin(from);
    }
    const learned = this.learn(conversation);
    const given = messages.flatMap((message) => this.take(message, me).messages);
    return { messages: [...learned.messages, ...given], reloaded: reloaded || learned.reloaded };
  }

  /** The account's read mark. */
  readThrough(through: number): void {
    this.floor = Math.max(this.floor, through);
    if (this.state && through > this.state.read) this.state = { ...this.state, read: through };
  }

  peerMarks(acked: number, read: number): void {
    if (!this.state) return;
    const { peerAcked, peerRead } = this.state;
    if (acked <= peerAcked && read <= peerRead) return;
    this.state = { ...this.state, peerAcked: Math.max(acked, peerAcked), peerRead: Math.max(read, peerRead) };
  }

  /** Puts older messages before those held, if they fit without a hole; answers how many did. */
  prepend(older: readonly Message[]): number {
    const fitting: Message[] = [];
    for (let next = this.first - 1, i = older.length - 1; i >= 0; i--) {
      const message = older[i] as Message;
      if (message.seq !== next || next <= this.joined) break;
      fitting.unshift(message);
      next--;
    }
    this.held = [...fitting, ...this.held];
    return fitting.length;
  }

  /** There is nothing more to get here: stop looking for what is missing. */
  close(): void {
    this.ahead.clear();
    this.head = this.through;
  }

  /** Lets go of what lies before a hole that will not be filled. */
  private begin(through: number): boolean {
    if (through <= this.through) return false;
    this.through = through;
    this.held = [];
    this.exhausted = false;
    for (const seq of this.ahead.keys()) if (seq <= through) this.ahead.delete(seq);
    return true;
  }

  private inOrder(): Message[] {
    if (!this.state) return [];
    const given: Message[] = [];
    for (;;) {
      const next = this.ahead.get(this.through + 1);
      if (!next) break;
      this.ahead.delete(next.seq);
      this.through = next.seq;
      given.push(next);
    }
    if (given.length > 0) this.held = [...this.held, ...given];
    return given;
  }
}
