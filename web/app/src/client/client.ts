import type { ReadonlySignal } from '@preact/signals';
import type {
  Content,
  Conversation,
  Friend,
  Member,
  Movement,
  Packet,
  PacketKind,
  PacketStatus,
  Session,
  Settings,
  User,
} from './wire';

/** How far one's own message has come. */
export type Delivery = 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

export type ShownMessage = {
  /** Stays the same from the first tap on "send" until long after. */
  key: string;
  /** 0 until the server has it. */
  seq: number;
  sender: string;
  mine: boolean;
  atMs: number;
  content: Content;
  /** Of own messages only. */
  delivery: Delivery | undefined;
};

export type Link = 'connecting' | 'online' | 'offline';

/** What is known of a packet here, without having asked for its details. */
export type PacketGlance = { status: PacketStatus; mine: bigint; left: number | undefined };

export type SendPacketForm = {
  /** Made once for one intent: a repeat with the same id never pays twice. */
  id: string;
  conversation: string;
  kind: PacketKind;
  amount: bigint;
  count: number;
  recipient: string;
  greeting: string;
};

/**
 * What the screens need of the SDK: current values as signals, and commands.
 * Every command rejects with a `Refusal`. View models take this as their only way to the world.
 */
export interface Client {
  readonly me: ReadonlySignal<User>;
  readonly link: ReadonlySignal<Link>;
  /** True as soon as the local picture is complete enough to be shown. */
  readonly ready: ReadonlySignal<boolean>;
  readonly settings: ReadonlySignal<Settings>;
  readonly conversations: ReadonlySignal<readonly Conversation[]>;
  readonly friends: ReadonlySignal<readonly Friend[]>;
  readonly friendsReady: ReadonlySignal<boolean>;
  readonly balance: ReadonlySignal<bigint | undefined>;
  /** Rises with every movement of the wallet. */
  readonly movements: ReadonlySignal<readonly Movement[]>;

  conversation(id: string): Conversation | undefined;
  messages(id: string): readonly ShownMessage[];
  hasOlder(id: string): boolean;
  /** The person, or undefined while being looked up. Reading it follows the answer. */
  user(id: string): User | undefined;
  isOnline(user: string): boolean;
  packet(id: string): PacketGlance | undefined;

  newId(): string;
  sendText(conversation: string, text: string, options?: { replyTo?: number; mentions?: string[] }): void;
  retry(conversation: string, key: string): void;
  markRead(conversation: string, through: number): void;
  loadOlder(conversation: string): Promise<void>;

  findUser(name: string): Promise<User>;
  requestFriend(user: string, greeting: string): Promise<void>;
  answerFriend(user: string, accept: boolean): Promise<string>;
  removeFriend(user: string): Promise<void>;

  createGroup(id: string, title: string, members: readonly string[]): Promise<string>;
  members(conversation: string): Promise<Member[]>;
  addMembers(conversation: string, users: readonly string[]): Promise<void>;
  removeMember(conversation: string, user: string): Promise<void>;
  updateGroup(conversation: string, change: { title?: string; announcement?: string }): Promise<void>;
  setQuiet(conversation: string, quiet: boolean): Promise<void>;

  loadBalance(): Promise<void>;
  topUp(id: string, amount: bigint): Promise<bigint>;
  statement(before: string): Promise<{ movements: Movement[]; more: boolean }>;

  sendPacket(form: SendPacketForm): Promise<string>;
  glance(packet: string): Promise<PacketGlance>;
  openPacket(packet: string): Promise<{ amount: bigint; first: boolean }>;
  packetDetails(packet: string): Promise<Packet>;
  verifyDraw(packet: Packet): Promise<DrawCheck>;
  /** Called when something about this packet changed; answers how to stop. */
  watchPacket(packet: string, changed: () => void): () => void;

  sessions(): Promise<Session[]>;
  closeSession(session: string): Promise<void>;
  updateProfile(displayName: string, face: string): Promise<void>;
  close(): void;
}

export type DrawCheck = { sealFits: boolean; sharesFit: boolean; shares: readonly bigint[] };

/** Why something was not done. `code` is the protocol's number, or 'network' where no answer came. */
export class Refusal extends Error {
  constructor(
    readonly code: number | 'network',
    readonly codeName: string,
    message = codeName,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}
