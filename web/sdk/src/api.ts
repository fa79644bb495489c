import type { Clock } from './clock.js';
import type { DrawCheck } from './draw.js';
import type { LaiseeError } from './failure.js';
import type { HeldMessage, PacketForm, StatementFilter, TransferForm, WithdrawalForm } from './model.js';
import type { FileBytes, UploadOptions } from './platform.js';
import type {
  Content,
  Conversation,
  FriendNotice,
  Member,
  Movement,
  OfflineCount,
  OfflinePage,
  Order,
  Packet,
  PacketFunded,
  PacketGrab,
  PacketNotice,
  PacketOpened,
  PageOrder,
  Pin,
  Relation,
  ReleaseCodeMade,
  Risk,
  Session,
  Statement,
  ToppedUp,
  Transfer,
  TransferFunded,
  UploadedFile,
  User,
  Withdrawn,
} from './protocol.js';
import type { SocketFactory } from './socket.js';
import type { Storage } from './storage.js';
import type { Store } from './store.js';
import type { Tempo } from './tempo.js';

export interface ClientOptions {
  /** Servers, as "https://host" or "wss://host"; tried in turn. */
  readonly addresses: readonly string[];
  /** From sign-up or sign-in. */
  readonly token: string;
  /** For the server's logs: "web 0.1.0". */
  readonly name?: string;
  /** Where this account's data is kept; without one everything is forgotten at the end. */
  readonly storage?: Storage;
  readonly socket?: SocketFactory;
  readonly clock?: Clock;
  /** Between 0 and 1, for jitter only. */
  readonly random?: () => number;
  readonly tempo?: Partial<Tempo>;
}

/** What happens, for whoever wants to ring a bell. What is so stands in the store. */
export interface ClientEvents {
  /** The token is dead; the client does not connect again by itself. */
  'signed-out': undefined;
  /** A message came that was not held before, also by syncing; own ones sent elsewhere too. */
  message: HeldMessage;
  'send-failed': { readonly message: HeldMessage; readonly failure: LaiseeError | undefined };
  packet: PacketNotice;
  /** A top-up or withdrawal of mine changed. */
  order: Order;
  /** A transfer of mine changed. */
  transfer: Transfer;
  friend: FriendNotice;
  movement: Movement;
  /** Everything missed since the last connection is here. */
  synced: undefined;
  /** The storage refused; the client goes on in memory. */
  'storage-failed': { readonly reason: unknown };
}

export interface TextOptions {
  readonly replyTo?: number;
  readonly mentions?: readonly string[];
}

export interface Messaging {
  /** Queues a text; answers its key at once. It is sent as soon as there is a connection. */
  sendText(conversation: string, text: string, options?: TextOptions): string;
  sendContent(conversation: string, content: Content): string;
  /** Sends a failed message again, with the same id, at the bottom (rule M7). */
  retry(key: string): void;
  /** Forgets a failed message. */
  discard(key: string): void;
  /** Moves my read mark, never backwards; without `through`: to the newest message held. */
  markRead(conversation: string, through?: number): void;
  /** Loads a page of older messages; answers whether there are still more. */
  loadOlder(conversation: string): Promise<boolean>;
  countOffline(): Promise<OfflineCount>;
  /** Asking for page n+1 acknowledges page n (rule S5). The client's own sync makes this needless for chat screens. */
  pullOffline(order: PageOrder, limit: number, pageToken?: string): Promise<OfflinePage>;
}

export interface Conversations {
  createGroup(clientId: string, title: string, members: readonly string[]): Promise<Conversation>;
  addMembers(conversation: string, users: readonly string[]): Promise<Conversation>;
  removeMember(conversation: string, user: string): Promise<Conversation>;
  leave(conversation: string): Promise<Conversation>;
  updateGroup(conversation: string, change: { title?: string; announcement?: string }): Promise<Conversation>;
  setQuiet(conversation: string, quiet: boolean): Promise<Conversation>;
  refreshConversation(conversation: string): Promise<Conversation>;
  /** Everybody in it, however many pages that takes. */
  members(conversation: string): Promise<Member[]>;
}

export interface People {
  findUser(by: { name: string } | { id: string }): Promise<User>;
  /** Known at once, or undefined while being looked up; the answer appears in `store.users`. */
  lookUp(user: string): User | undefined;
  getUsers(ids: readonly string[]): Promise<User[]>;
  requestFriend(user: string, greeting?: string): Promise<{ relation: Relation; conversation: string }>;
  answerFriend(user: string, accept: boolean): Promise<{ relation: Relation; conversation: string }>;
  removeFriend(user: string): Promise<void>;
  refreshFriends(): Promise<void>;
  updateProfile(displayName: string, face: string): Promise<User>;
}

export interface Devices {
  sessions(): Promise<Session[]>;
  /** "0": this device. */
  closeSession(session: string): Promise<void>;
}

export interface Money {
  refreshBalance(): Promise<bigint>;
  topUp(id: string, amount: bigint): Promise<ToppedUp>;
  /** Newest first, before line `before` ("0": from the newest). `more`: ask again with `nextBefore`. */
  statement(before?: string, limit?: number, filter?: StatementFilter): Promise<Statement>;
  /** All lines that fit, as a table (RFC 4180), with times as they are here. */
  statementCsv(filter?: StatementFilter): Promise<FileBytes>;
  /** Repeats with the same id until it is known how it went. */
  sendPacket(form: PacketForm): Promise<PacketFunded>;
  grabPacket(packet: string): Promise<PacketGrab>;
  /** Repeats while the server is busy or the packet is still on its way into the conversation. */
  openPacket(packet: string): Promise<PacketOpened>;
  getPacket(packet: string): Promise<Packet>;
  verifyDraw(packet: Packet): Promise<DrawCheck>;
  /** All that checking the draw needs, as the JSON that `laisee verify` reads (rule D6). */
  exportPacket(packet: string): Promise<string>;
}

/** Money from one person to another, with time between sending and arrival. How each stands is in `store.transfers`. */
export interface TransferCommands {
  /** Repeats with the same id until it is known how it went. */
  send(form: TransferForm): Promise<TransferFunded>;
  get(transfer: string): Promise<Transfer>;
  /** Mine, newest first, before `before` ("0": from the newest). */
  list(before?: string, limit?: number): Promise<{ transfers: Transfer[]; more: boolean }>;
  accept(transfer: string): Promise<Transfer>;
  return(transfer: string): Promise<Transfer>;
  /** `evidence`: ids of uploaded files. */
  recall(transfer: string, reason: string, evidence: readonly string[]): Promise<Transfer>;
}

/** Orders to the payment provider. `store.orders` has how each stands. */
export interface OrderCommands {
  /** Repeats with the same id until it is known how it went. */
  withdraw(form: WithdrawalForm): Promise<Withdrawn>;
  get(order: string): Promise<Order>;
  /** Mine, newest first, before `before` ("0": from the newest). */
  list(before?: string, limit?: number): Promise<{ orders: Order[]; more: boolean }>;
}

/** The payment PIN: six digits. */
export interface PinCommands {
  get(): Promise<Pin>;
  /** Sets, changes or resets it; a session alone is not enough. */
  set(pin: string, proof: { currentPin: string } | { password: string }): Promise<Pin>;
}

/** Suspension of the red-packet function; `store.risk` has whether there is one. */
export interface RiskCommands {
  get(): Promise<Risk>;
  /** Makes a code, which is shown on all my devices: see `store.risk`. */
  requestCode(): Promise<ReleaseCodeMade>;
  release(code: string, pin: string | undefined): Promise<void>;
}

export interface FileCommands {
  upload(file: FileBytes, name: string, options?: UploadOptions): Promise<UploadedFile>;
  /** The bytes of a file that I may see. */
  download(id: string): Promise<FileBytes>;
}

export interface LaiseeClientApi extends Messaging, Conversations, People, Devices, Money {
  readonly transfers: TransferCommands;
  readonly orders: OrderCommands;
  readonly pin: PinCommands;
  readonly risk: RiskCommands;
  readonly files: FileCommands;
  readonly store: Store;
  /** Shows what is stored, then connects. Resolves when the stored data is shown. */
  start(): Promise<void>;
  /** Disconnects; resolves when everything is stored. */
  stop(): Promise<void>;
  /** Signs this device out and forgets its data. */
  signOut(): Promise<void>;
  /** What the host knows of its network: `true` connects or probes at once, `false` probes. */
  networkChanged(online: boolean): void;
  /** A fresh UUIDv7 for sendPacket, topUp, createGroup. */
  newId(): string;
  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void;
}
