import type {
  Link as ClientLink,
  DrawCheck,
  FileCommands,
  HeldMessage,
  OrderCommands,
  PacketForm,
  PacketGlance,
  PinCommands,
  RiskCommands,
  RiskState,
  StatementFilter,
  TransferCommands,
} from '@laisee/sdk';
import type { ReadonlySignal } from '@preact/signals';
import type {
  Conversation,
  Friend,
  Member,
  Movement,
  Order,
  Packet,
  Session,
  Settings,
  Statement,
  ToppedUp,
  Transfer,
  User,
  Wallet,
} from './wire';

export {
  type Delivery,
  type DrawCheck,
  type DrawSteps,
  type FailureDetails,
  type FileCommands,
  LaiseeError,
  type OrderCommands,
  type PacketForm,
  type PacketGlance,
  type PinCommands,
  type RiskCommands,
  type RiskState,
  type StatementFilter,
  type TransferCommands,
  type TransferForm,
  type WithdrawalForm,
} from '@laisee/sdk';

/** A message as far as screens look at it. */
export type ShownMessage = Pick<
  HeldMessage,
  'key' | 'seq' | 'sender' | 'mine' | 'atMs' | 'content' | 'delivery' | 'failure'
>;

/** The shell takes away the screens when signed out, so they never see that. */
export type Link = Exclude<ClientLink, 'signed-out' | 'closed'>;

/**
 * What the screens need of the SDK's client: current values as signals, and commands.
 * Every command rejects with a `LaiseeError`. View models take this as their only way to the world.
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
  /** What is held, limits and PIN; unknown until the balance was loaded. */
  readonly account: ReadonlySignal<Wallet | undefined>;
  /** Whether red packets are suspended, and the release code that was asked for. */
  readonly suspended: ReadonlySignal<RiskState>;
  /** Rises with every movement of the wallet. */
  readonly movements: ReadonlySignal<readonly Movement[]>;
  /** The newest packet of mine that could not be posted; its money is back. */
  readonly refunded: ReadonlySignal<string | undefined>;

  conversation(id: string): Conversation | undefined;
  messages(id: string): readonly ShownMessage[];
  hasOlder(id: string): boolean;
  /** The person, or undefined while being looked up. Reading it follows the answer. */
  user(id: string): User | undefined;
  isOnline(user: string): boolean;
  packet(id: string): PacketGlance | undefined;
  /** As far as it was asked for or told of. */
  transfer(id: string): Transfer | undefined;
  order(id: string): Order | undefined;

  newId(): string;
  sendText(conversation: string, text: string, options?: { replyTo?: number; mentions?: string[] }): void;
  retry(key: string): void;
  discard(key: string): void;
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
  topUp(id: string, amount: bigint): Promise<ToppedUp>;
  statement(before: string, filter?: StatementFilter): Promise<Statement>;
  /** The same lines as a table, all of them. */
  statementCsv(filter: StatementFilter): Promise<Blob>;

  sendPacket(form: PacketForm): Promise<string>;
  glance(packet: string): Promise<PacketGlance>;
  openPacket(packet: string): Promise<{ amount: bigint; first: boolean }>;
  packetDetails(packet: string): Promise<Packet>;
  verifyDraw(packet: Packet): Promise<DrawCheck>;
  /** The file that `laisee verify` reads. */
  exportPacket(packet: string): Promise<string>;
  /** Called when something about this packet changed; answers how to stop. */
  watchPacket(packet: string, changed: () => void): () => void;

  readonly transfers: TransferCommands;
  readonly orders: OrderCommands;
  readonly pin: PinCommands;
  readonly risk: RiskCommands;
  readonly files: Pick<FileCommands, 'upload'> & { download(id: string): Promise<Blob> };

  sessions(): Promise<Session[]>;
  closeSession(session: string): Promise<void>;
  updateProfile(displayName: string, face: string): Promise<void>;
  close(): void;
}
