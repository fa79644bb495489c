import type { LaiseeError } from './failure.js';
import type {
  Arrival,
  Content,
  Friend,
  GetStatement,
  Movement,
  PacketKind,
  PacketStatus,
  Suspension,
  Wallet,
} from './protocol.js';

/** How far one's own message has come. */
export type Delivery = 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

/** A message as this device holds it. */
export interface HeldMessage {
  /** Stays the same from sending until long after: the client's id for own messages, else the server's. */
  readonly key: string;
  readonly conversation: string;
  /** 0 until the server has it. */
  readonly seq: number;
  /** "0" until the server has it. */
  readonly id: string;
  readonly sender: string;
  readonly mine: boolean;
  readonly clientMsgId: string;
  readonly atMs: number;
  readonly content: Content;
  /** Of own messages only. */
  readonly delivery: Delivery | undefined;
  /** Of failed ones: why, where the server said so. */
  readonly failure: LaiseeError | undefined;
}

/** The messages of one conversation that this device holds: rising, without a hole, own unsent ones last. */
export interface MessageList {
  readonly messages: readonly HeldMessage[];
  /** Whether `loadOlder` would bring more. */
  readonly hasOlder: boolean;
}

/** offline: waiting before the next try. closed: not started, or stopped. */
export type Link = 'connecting' | 'online' | 'offline' | 'signed-out' | 'closed';

export interface ConnectionState {
  readonly link: Link;
  /** Whether everything missed since the last connection is here. */
  readonly synced: boolean;
  /** With `offline`: when the next try is. */
  readonly retryAtMs: number | undefined;
  /** Server's clock minus ours. */
  readonly clockSkewMs: number;
}

export interface FriendList {
  /** False until the server's list was seen. */
  readonly ready: boolean;
  readonly friends: readonly Friend[];
}

export interface WalletState {
  /** Unknown until asked. */
  readonly balance: bigint | undefined;
  /** Newest first: what moved while this client ran. */
  readonly movements: readonly Movement[];
  /** What is held, limits and PIN, as last told. */
  readonly account: Wallet | undefined;
}

/** What is known of a packet without having asked for its details. */
export interface PacketGlance {
  readonly status: PacketStatus;
  /** My share in fen; 0: none known. */
  readonly mine: bigint;
  /** Shares left; undefined: unknown. */
  readonly left: number | undefined;
}

/** Which lines of the statement are wanted; what is left out leaves nothing out. */
export type StatementFilter = Partial<
  Pick<GetStatement, 'kinds' | 'direction' | 'fromMs' | 'toMs' | 'amountMin' | 'amountMax' | 'search'>
>;

export interface WithdrawalForm {
  /** Made once for one intent with `newId`: a repeat with the same id never pays twice. */
  readonly id: string;
  /** In fen. */
  readonly amount: bigint;
  /** Where it goes, as the provider understands it. */
  readonly destination: string;
  readonly pin?: string;
}

export interface RiskState {
  /** Undefined: red packets are not suspended, as far as is known. */
  readonly suspension: Suspension | undefined;
  /** The newest release code that one of my devices asked for. */
  readonly code: { readonly code: string; readonly expiresAtMs: bigint } | undefined;
}

export interface TransferForm {
  /** Made once for one intent with `newId`: a repeat with the same id never pays twice. */
  readonly id: string;
  /** The direct conversation of the two. */
  readonly conversation: string;
  readonly receiver: string;
  /** In fen. */
  readonly amount: bigint;
  readonly note?: string;
  readonly arrival: Arrival;
  /** Where the amount asks for it. */
  readonly pin?: string;
}

export interface PacketForm {
  /** Made once for one intent with `newId`: a repeat with the same id never pays twice. */
  readonly id: string;
  readonly conversation: string;
  readonly kind: PacketKind;
  /** The whole amount in fen. */
  readonly amount: bigint;
  readonly count: number;
  /** For PacketKind.NAMED in a group. */
  readonly recipient?: string;
  readonly greeting?: string;
  /** Where the amount asks for it. */
  readonly pin?: string;
}
