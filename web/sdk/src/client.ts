import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { Acknowledger } from './acknowledger.js';
import type { ClientEvents, ClientOptions, LaiseeClientApi, TextOptions } from './api.js';
import type { Clock } from './clock.js';
import { Connection } from './connection.js';
import type { Device } from './device.js';
import { LaiseeError } from './failure.js';
import { Files } from './files.js';
import type { AskInit, ServerBody } from './frames.js';
import { History } from './history.js';
import { Inbox } from './inbox.js';
import { LiveStore } from './live-store.js';
import { MemoryStorage } from './memory-storage.js';
import type { Link, PacketForm, StatementFilter } from './model.js';
import { Orders } from './orders.js';
import { Outbox } from './outbox.js';
import { People } from './people.js';
import { Persistence } from './persistence.js';
import { PaymentPin } from './pin.js';
import type { Platform } from './platform.js';
import {
  type Content,
  ContentSchema,
  type Conversation,
  ErrorCode,
  type FriendState,
  type Member,
  type Packet,
  type PageOrder,
  type Settings,
  SettingsSchema,
  type User,
  UserSchema,
  type Welcome,
} from './protocol.js';
import { Purse } from './purse.js';
import { ReadMarker } from './read-marker.js';
import { Receipts } from './receipts.js';
import { Requests } from './requests.js';
import { Risk } from './risk.js';
import type { Saved } from './storage.js';
import { Syncer } from './syncer.js';
import { defaultTempo } from './tempo.js';
import { Threads } from './threads.js';
import { Transfers } from './transfers.js';
import { uuidV7 } from './uuid.js';

const MEMBERS_PAGE = 500;
const SIGN_OUT_MS = 3_000;
const ME_KEY = 'me';
const SETTINGS_KEY = 'settings';

type Listener = (value: never) => void;

/** One signed-in device: connection, wait-ack queue, inbox, sync and money, around one store. */
export class Client implements LaiseeClientApi {
  readonly store = new LiveStore();
  readonly transfers: Transfers;
  readonly orders: Orders;
  readonly pin: PaymentPin;
  readonly risk: Risk;
  readonly files: Files;
  private readonly clock: Clock;
  private readonly requests: Requests;
  private readonly connection: Connection;
  private readonly persistence: Persistence;
  private readonly threads: Threads;
  private readonly outbox: Outbox;
  private readonly inbox: Inbox;
  private readonly acknowledger: Acknowledger;
  private readonly readMarker: ReadMarker;
  private readonly syncer: Syncer;
  private readonly receipts: Receipts;
  private readonly history: History;
  private readonly people: People;
  private readonly purse: Purse;
  private readonly listeners = new Map<keyof ClientEvents, Set<Listener>>();
  private started: Promise<void> | undefined;
  private stopped = false;

  constructor(
    options: ClientOptions,
    private readonly platform: Platform,
  ) {
    const tempo = { ...defaultTempo, ...options.tempo };
    const random = options.random ?? Math.random;
    this.clock = options.clock ?? platform.clock;
    this.requests = new Requests(this.clock, tempo.requestMs);
    this.persistence = new Persistence(options.storage ?? new MemoryStorage(), (reason) =>
      this.emit('storage-failed', { reason }),
    );
    const { addresses, token, name = 'sdk', socket = platform.socket } = options;
    this.connection = new Connection(
      { addresses, token, name, socket, clock: this.clock, random, tempo },
      this.requests,
      {
        linkChanged: (link, retryAtMs) => this.linkChanged(link, retryAtMs),
        welcomed: (welcome) => this.welcomed(welcome),
        noticed: (body) => this.noticed(body),
        headsCame: (heads) => {
          this.inbox.headsCame(heads);
          this.threads.publish();
        },
      },
    );
    const { clock, store, requests, connection, persistence } = this;
    const emit = <E extends keyof ClientEvents>(event: E, value: ClientEvents[E]) => this.emit(event, value);
    const newId = () => this.newId();
    const device: Device = { newId, clock, random, tempo, store, requests, connection, persistence, emit };
    this.threads = new Threads(device, () => this.outbox);
    this.outbox = new Outbox(device, {
      changed: (conversation) => this.threads.touch(conversation),
      sent: (message) => {
        this.inbox.sent(message);
        this.threads.publish();
      },
      failed: ({ clientMsgId, conversation, failure }) => {
        this.threads.publish();
        const message = this.store.messages(conversation).snapshot.messages.find(({ key }) => key === clientMsgId);
        if (message) this.emit('send-failed', { message, failure });
      },
    });
    this.acknowledger = new Acknowledger(device, this.threads);
    this.readMarker = new ReadMarker(device, this.threads);
    this.inbox = new Inbox(device, this.threads, this.outbox, {
      held: (thread, messages) => this.acknowledger.held(thread, messages),
    });
    this.receipts = new Receipts(device, this.threads, this.inbox);
    this.syncer = new Syncer(device, this.threads, this.inbox, () => {
      this.receipts.synced();
      this.store.patchConnection({ synced: true });
      this.emit('synced', undefined);
    });
    this.history = new History(device, this.threads);
    this.people = new People(device);
    this.purse = new Purse(device);
    this.transfers = new Transfers(device, this.purse);
    this.orders = new Orders(device, this.purse);
    this.pin = new PaymentPin(device);
    this.risk = new Risk(device);
    this.files = new Files(platform, addresses, token);
  }

  // The client itself.

  start(): Promise<void> {
    this.started ??= this.restore().then(() => {
      if (!this.stopped) this.connection.start();
    });
    return this.started;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.started;
    this.outbox.stop();
    this.connection.stop();
    await this.persistence.close();
  }

  async signOut(): Promise<void> {
    const closing = this.requests.ask('closeSession', { session: '0' }, { timeoutMs: SIGN_OUT_MS });
    // Without a connection the device is forgotten here only; the server's device list shows it until closed there.
    await closing.catch((reason: unknown) => {
      if (!(reason instanceof LaiseeError)) throw reason;
    });
    this.connection.signedOut();
    this.forget();
    await this.persistence.clear();
    await this.stop();
  }

  networkChanged(online: boolean): void {
    this.connection.networkChanged(online);
  }

  newId(): string {
    // By the server's clock: it refuses ids from the future, and this device's clock may be anything.
    const nowMs = this.clock.now() + this.store.connection.snapshot.clockSkewMs;
    return uuidV7(Math.max(0, nowMs), this.platform.randomBytes(10));
  }

  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void {
    const listeners = this.listeners.get(event) ?? new Set<Listener>();
    this.listeners.set(event, listeners.add(listener as Listener));
    return () => listeners.delete(listener as Listener);
  }

  // Messages.

  sendText(conversation: string, text: string, options: TextOptions = {}): string {
    const value = { text, replyTo: options.replyTo ?? 0, mentions: [...(options.mentions ?? [])] };
    return this.sendContent(conversation, create(ContentSchema, { kind: { case: 'text', value } }));
  }

  sendContent(conversation: string, content: Content): string {
    const key = this.outbox.add(conversation, content);
    this.threads.publish();
    return key;
  }

  retry(key: string): void {
    this.outbox.retry(key);
    this.threads.publish();
  }

  discard(key: string): void {
    this.outbox.discard(key);
    this.threads.publish();
  }

  markRead(conversation: string, through = Number.POSITIVE_INFINITY): void {
    this.readMarker.mark(conversation, through);
  }

  loadOlder(conversation: string): Promise<boolean> {
    return this.history.loadOlder(conversation);
  }

  countOffline() {
    return this.requests.ask('countOffline', {});
  }

  pullOffline(order: PageOrder, limit: number, pageToken = '') {
    return this.requests.ask('pullOffline', { order, limit, pageToken });
  }

  // Conversations.

  createGroup(id: string, title: string, members: readonly string[]): Promise<Conversation> {
    return this.conversationAfter('createGroup', { clientId: id, title, members: [...members] });
  }

  addMembers(conversation: string, users: readonly string[]): Promise<Conversation> {
    return this.conversationAfter('addMembers', { conversation, users: [...users] });
  }

  removeMember(conversation: string, user: string): Promise<Conversation> {
    return this.conversationAfter('removeMember', { conversation, user });
  }

  leave(conversation: string): Promise<Conversation> {
    return this.removeMember(conversation, this.store.myId);
  }

  updateGroup(conversation: string, change: { title?: string; announcement?: string }): Promise<Conversation> {
    return this.conversationAfter('updateGroup', { conversation, ...change });
  }

  setQuiet(conversation: string, quiet: boolean): Promise<Conversation> {
    return this.conversationAfter('setQuiet', { conversation, quiet });
  }

  refreshConversation(conversation: string): Promise<Conversation> {
    return this.conversationAfter('getConversation', { conversation });
  }

  async members(conversation: string): Promise<Member[]> {
    const all: Member[] = [];
    for (;;) {
      const afterUser = all.at(-1)?.user?.id ?? '0';
      const page = await this.requests.ask('getMembers', { conversation, afterUser, limit: MEMBERS_PAGE });
      all.push(...page.members);
      if (!page.more || page.members.length === 0) break;
    }
    this.people.met(all.map((member) => member.user));
    this.store.setOnline(all.map((member) => [member.user?.id ?? '0', member.online] as const));
    return all;
  }

  // People.

  async findUser(by: { name: string } | { id: string }): Promise<User> {
    const { user } = await this.requests.ask('findUser', by);
    if (!user) throw new LaiseeError(ErrorCode.NO_SUCH_USER, '', 0, true);
    this.people.met([user]);
    return user;
  }

  lookUp(user: string): User | undefined {
    return this.people.lookUp(user);
  }

  async getUsers(ids: readonly string[]): Promise<User[]> {
    const { users } = await this.requests.ask('getUsers', { ids: [...ids] });
    this.people.met(users);
    return users;
  }

  requestFriend(user: string, greeting = ''): Promise<FriendState> {
    return this.friendsAfter(this.requests.ask('requestFriend', { user, greeting }));
  }

  answerFriend(user: string, accept: boolean): Promise<FriendState> {
    return this.friendsAfter(this.requests.ask('answerFriend', { user, accept }));
  }

  async removeFriend(user: string): Promise<void> {
    await this.friendsAfter(this.requests.ask('removeFriend', { user }));
  }

  refreshFriends(): Promise<void> {
    return this.people.refreshFriends();
  }

  async updateProfile(displayName: string, face: string): Promise<User> {
    const { user } = await this.requests.ask('updateProfile', { displayName, face });
    if (!user) throw new LaiseeError(ErrorCode.MALFORMED, '', 0, true);
    this.setMe(user);
    return user;
  }

  // Devices.

  async sessions() {
    return (await this.requests.ask('listSessions', {})).sessions;
  }

  async closeSession(session: string): Promise<void> {
    await this.requests.ask('closeSession', { session });
  }

  // Money.

  refreshBalance() {
    return this.purse.refreshBalance();
  }

  topUp(id: string, amount: bigint) {
    return this.purse.topUp(id, amount);
  }

  statement(before = '0', limit = 0, filter: StatementFilter = {}) {
    return this.requests.ask('getStatement', { before, limit, ...filter });
  }

  statementCsv(filter: StatementFilter = {}) {
    return this.files.statement(filter);
  }

  sendPacket(form: PacketForm) {
    return this.purse.sendPacket(form);
  }

  grabPacket(packet: string) {
    return this.purse.grabPacket(packet);
  }

  openPacket(packet: string) {
    return this.purse.openPacket(packet);
  }

  getPacket(packet: string): Promise<Packet> {
    return this.purse.getPacket(packet);
  }

  async verifyDraw(packet: Packet) {
    // Wanted rarely, and long after the start: it need not be part of what a page loads first.
    return (await import('./draw.js')).verifyDraw(packet);
  }

  async exportPacket(packet: string) {
    const [{ packetProof }, answer] = await Promise.all([
      import('./packet-proof.js'),
      this.requests.ask('exportPacket', { packet }),
    ]);
    return packetProof(answer);
  }

  // What the connection tells.

  private linkChanged(link: Link, retryAtMs: number | undefined): void {
    const synced = link === 'online' && this.store.connection.snapshot.synced;
    this.store.patchConnection({ link, retryAtMs, synced });
    if (link === 'online') return;
    const { syncer, receipts, inbox, acknowledger, readMarker, people, purse, risk } = this;
    for (const part of [syncer, receipts, inbox, acknowledger, readMarker, people, purse, risk]) part.disconnected();
    if (link === 'signed-out') {
      this.outbox.stop();
      this.emit('signed-out', undefined);
    }
  }

  private welcomed({ user, settings, serverTimeMs }: Welcome): void {
    const { store, persistence } = this;
    const before = store.me.snapshot;
    if (before && user && before.id !== user.id) {
      this.forget();
      void persistence.clear();
    }
    if (user) this.setMe(user);
    store.patchConnection({ clockSkewMs: Number(serverTimeMs) - this.clock.now() });
    if (settings) this.setSettings(settings);
    this.syncer.want();
    const { outbox, acknowledger, readMarker, people, purse, risk } = this;
    for (const part of [outbox, acknowledger, readMarker, people, purse, risk]) part.connected();
    this.threads.publish();
  }

  private setSettings(settings: Settings): void {
    this.store.settings.set(settings);
    this.persistence.add({ put: 'record', value: { key: SETTINGS_KEY, bytes: toBinary(SettingsSchema, settings) } });
  }

  private noticed(body: ServerBody): void {
    switch (body.case) {
      case 'messageNotice':
        if (body.value.message) this.inbox.took(body.value.message);
        break;
      case 'conversationNotice':
        if (body.value.conversation) this.inbox.learned(body.value.conversation);
        break;
      case 'deliveredNotice':
        this.marksChanged(body.value.conversation, body.value.user, body.value.through, 0);
        break;
      case 'readNotice':
        this.marksChanged(body.value.conversation, body.value.user, body.value.through, body.value.through);
        break;
      case 'friendNotice':
        if (body.value.friend) this.people.friendChanged(body.value.friend);
        this.emit('friend', body.value);
        break;
      case 'presenceNotice':
        this.people.presenceChanged(body.value.user, body.value.online);
        break;
      case 'balanceNotice':
        this.purse.balanceChanged(body.value);
        break;
      case 'orderNotice':
        if (body.value.order) this.orders.changed(body.value.order);
        this.purse.accountChanged();
        break;
      case 'suspensionNotice':
        this.risk.suspended(body.value.suspension);
        break;
      case 'releaseCodeNotice':
        this.risk.codeCame(body.value);
        break;
      case 'transferNotice':
        if (body.value.transfer) this.transfers.changed(body.value.transfer);
        break;
      case 'packetNotice':
        this.purse.packetChanged(body.value);
        break;
      case 'settingsNotice':
        if (body.value.settings) this.setSettings(body.value.settings);
        break;
      case 'resyncNotice':
        this.syncer.want();
        for (const part of [this.people, this.purse, this.risk]) part.connected();
        break;
      default:
    }
    this.threads.publish();
  }

  private marksChanged(conversation: string, user: string, acked: number, read: number): void {
    const thread = this.threads.get(conversation);
    if (!thread) return;
    if (user !== this.store.myId) thread.peerMarks(acked, read);
    else if (read > 0) thread.readThrough(read);
    this.threads.touch(conversation);
  }

  // The rest.

  private async restore(): Promise<void> {
    let saved: Saved;
    try {
      saved = await this.persistence.storage.load();
    } catch (reason) {
      return this.emit('storage-failed', { reason });
    }
    const record = (name: string) => saved.records.find(({ key }) => key === name)?.bytes;
    const me = record(ME_KEY);
    if (me) this.store.me.set(fromBinary(UserSchema, me));
    const settings = record(SETTINGS_KEY);
    if (settings) this.store.settings.set(fromBinary(SettingsSchema, settings));
    this.people.restore(saved.records);
    await this.threads.restore(saved.conversations);
    const held = [...this.threads.all()].flatMap((thread) => thread.held.map((message) => message.clientMsgId));
    const arrived = new Set(held);
    // Another tab may have put a message back that had arrived meanwhile.
    for (const { clientMsgId } of saved.outgoing) {
      if (arrived.has(clientMsgId)) this.persistence.add({ drop: 'outgoing', clientMsgId });
    }
    this.outbox.restore(saved.outgoing.filter(({ clientMsgId }) => !arrived.has(clientMsgId)));
    for (const { conversation } of saved.outgoing) this.threads.touch(conversation);
    this.threads.publish();
  }

  private setMe(user: User): void {
    this.store.me.set(user);
    this.people.met([user]);
    this.persistence.add({ put: 'record', value: { key: ME_KEY, bytes: toBinary(UserSchema, user) } });
  }

  private forget(): void {
    for (const part of [this.threads, this.outbox, this.people, this.purse]) part.forget();
    this.store.forgetAccount();
  }

  private async conversationAfter<
    A extends 'createGroup' | 'addMembers' | 'removeMember' | 'updateGroup' | 'setQuiet' | 'getConversation',
  >(ask: A, value: AskInit<A>): Promise<Conversation> {
    const { conversation } = await this.requests.ask<typeof ask>(ask, value);
    if (!conversation) throw new LaiseeError(ErrorCode.MALFORMED, '', 0, true);
    this.inbox.learned(conversation);
    this.threads.publish();
    return conversation;
  }

  private async friendsAfter(asked: Promise<FriendState>): Promise<FriendState> {
    const state = await asked;
    this.people.changed();
    return state;
  }

  private emit<E extends keyof ClientEvents>(event: E, value: ClientEvents[E]): void {
    for (const listener of [...(this.listeners.get(event) ?? [])])
      (listener as (value: ClientEvents[E]) => void)(value);
  }
}
