import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { Clock } from '../clock.js';
import type { FailureDetails } from '../failure.js';
import {
  type Content,
  ContentSchema,
  type Conversation,
  ConversationKind,
  ConversationSchema,
  type ErrorCode,
  type Message,
  MessageSchema,
  type Movement,
  type Order,
  type Packet,
  type Relation,
  type ServerFrameSchema,
  type Settings,
  SettingsSchema,
  type Suspension,
  type Transfer,
  type User,
} from '../protocol.js';
import type { OfflinePageGiven, SyncPlace } from './syncing.js';

export type BodyInit = NonNullable<MessageInitShape<typeof ServerFrameSchema>['body']>;

export interface FakeSession {
  readonly id: string;
  readonly token: string;
  readonly user: string;
  readonly device: string;
  readonly openedAtMs: number;
}

export interface FakeRelation {
  relation: Relation;
  conversation: string;
  greeting: string;
  sinceMs: number;
}

export interface FakeAccount {
  user: User;
  password: string;
  balance: bigint;
  readonly movements: Movement[];
  /** Of withdrawals under way. */
  held: bigint;
  pin: string | undefined;
  wrongPins: number;
  lockedUntilMs: bigint;
  suspension: Suspension | undefined;
  releaseCode: { readonly code: string; readonly expiresAtMs: bigint; tries: number } | undefined;
  readonly relations: Map<string, FakeRelation>;
}

export interface FakeMember {
  /** The head when it joined: earlier messages are not its to see. */
  joined: number;
  /** The last message it could see before it left; undefined: it is a member. */
  left: number | undefined;
  acked: number;
  /** Messages beyond `acked` that it holds as well, from a pull of the newest first. */
  readonly ackedBeyond: Set<number>;
  read: number;
  quiet: boolean;
}

export interface FakeConversation {
  readonly id: string;
  readonly kind: ConversationKind;
  title: string;
  owner: string;
  announcement: string;
  revision: number;
  readonly members: Map<string, FakeMember>;
  readonly messages: Message[];
}

export interface FakePacket {
  packet: Packet;
  readonly secret: Uint8Array;
  readonly shares: readonly bigint[];
  readonly takers: ReadonlySet<string>;
}

/** One device that said Hello. */
export interface FakeConnection {
  readonly session: FakeSession;
  /** Conversations whose head is to be told with the next heartbeat. */
  readonly changedHeads: Set<string>;
  push(body: BodyInit): void;
  close(code: number): void;
}

/** Says no, as the server would. */
export class Refused extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly retryAfterMs = 0,
    readonly details: FailureDetails = {},
  ) {
    super(`refused with ${code}`);
  }
}

/** Everything the fake server knows. */
export class World {
  readonly accounts = new Map<string, FakeAccount>();
  readonly sessions = new Map<string, FakeSession>();
  readonly conversations = new Map<string, FakeConversation>();
  readonly packets = new Map<string, FakePacket>();
  readonly transfers = new Map<string, Transfer>();
  readonly orders = new Map<string, { order: Order; readonly user: string }>();
  /** Packets and transfers of this amount or more need the PIN, in fen. */
  pinRequiredFrom = 1_000_000n;
  readonly connections = new Set<FakeConnection>();
  /** What was answered to ids made by clients: sender and id to contents and answer. */
  readonly answered = new Map<string, { contents: string; answer: unknown }>();
  /** What page tokens stand for. */
  readonly syncPages = new Map<string, SyncPlace>();
  readonly offlinePages = new Map<string, OfflinePageGiven>();
  settings: Settings;
  private lastId = 1_000;

  constructor(
    readonly clock: Clock,
    settings: MessageInitShape<typeof SettingsSchema> = {},
  ) {
    this.settings = create(SettingsSchema, {
      heartbeatMs: 25_000,
      ackMessages: 20,
      ackMs: 500,
      syncPageConversations: 20,
      syncSegmentMessages: 50,
      frameMaxBytes: 65_536,
      packetShareMin: 1n,
      packetShareMax: 20_000n,
      packetCountMax: 100,
      packetLifeMs: 86_400_000n,
      groupMembersMax: 500,
      transferMin: 1n,
      transferMax: 5_000_000n,
      transferShortMs: 7_200_000n,
      transferLongMs: 86_400_000n,
      transferAcceptMs: 86_400_000n,
      ...settings,
    } as MessageInitShape<typeof SettingsSchema>);
  }

  newId(): string {
    return String(++this.lastId);
  }

  now(): bigint {
    return BigInt(Math.floor(this.clock.now()));
  }

  account(user: string): FakeAccount {
    const account = this.accounts.get(user);
    if (!account) throw new RangeError(`no user ${user}`);
    return account;
  }

  isOnline(user: string): boolean {
    return [...this.connections].some((connection) => connection.session.user === user);
  }

  /** The first answer again to the same id with the same contents (rules M2 and W2). */
  once<T>(key: string, contents: string, reused: ErrorCode, first: () => T): T {
    const before = this.answered.get(key);
    if (before && before.contents !== contents) throw new Refused(reused);
    if (before) return before.answer as T;
    const answer = first();
    this.answered.set(key, { contents, answer });
    return answer;
  }

  push(user: string, body: BodyInit, except?: FakeConnection): void {
    for (const connection of this.connections) {
      if (connection.session.user === user && connection !== except) connection.push(body);
    }
  }

  activeMembers(conversation: FakeConversation): string[] {
    return [...conversation.members].filter(([, member]) => member.left === undefined).map(([user]) => user);
  }

  post(
    conversation: FakeConversation,
    sender: string,
    content: MessageInitShape<typeof ContentSchema>,
    clientMsgId = '',
    except?: FakeConnection,
  ): Message {
    const message = create(MessageSchema, {
      conversation: conversation.id,
      seq: conversation.messages.length + 1,
      id: this.newId(),
      sender,
      clientMsgId,
      atMs: this.now(),
      content: create(ContentSchema, content) as Content,
    });
    conversation.messages.push(message);
    const member = conversation.members.get(sender);
    if (member) hold(member, [message.seq]);
    for (const user of this.activeMembers(conversation)) {
      for (const connection of this.connections) {
        if (connection.session.user === user) connection.changedHeads.add(conversation.id);
      }
      this.push(user, { case: 'messageNotice', value: { message } }, except);
    }
    return message;
  }

  /** Rule M8. */
  unread(conversation: FakeConversation, user: string): number {
    const member = conversation.members.get(user);
    if (!member) return 0;
    const lastOwn = conversation.messages.findLast((message) => message.sender === user)?.seq ?? 0;
    return Math.max(0, seesTo(conversation, member) - Math.max(member.read, member.joined, lastOwn));
  }

  /** A member's device, or the account by a pull, holds these messages (rule M5). */
  acknowledge(conversation: FakeConversation, user: string, seqs: readonly number[]): void {
    const member = conversation.members.get(user);
    if (!member) return;
    const before = member.acked;
    hold(member, seqs);
    for (const [sender, through] of sendersBetween(conversation, before, member.acked, user)) {
      this.push(sender, { case: 'deliveredNotice', value: { conversation: conversation.id, user, through } });
    }
  }

  seenBy(conversation: FakeConversation, user: string): Conversation {
    const { id, kind, title, owner, announcement, revision, members, messages } = conversation;
    const member = members.get(user) ?? { ...newMember(), left: 0 };
    const others = [...members].filter(([other]) => other !== user);
    const direct = kind === ConversationKind.DIRECT;
    return create(ConversationSchema, {
      ...{ id, kind, title, owner, announcement, revision },
      peer: direct ? (others[0]?.[0] ?? '0') : '0',
      memberCount: this.activeMembers(conversation).length,
      head: seesTo(conversation, member),
      lastAtMs: messages.at(-1)?.atMs ?? 0n,
      joined: member.joined,
      acked: member.acked,
      read: member.read,
      unread: this.unread(conversation, user),
      quiet: member.quiet,
      member: member.left === undefined,
      peerAcked: Math.max(0, ...others.map(([, other]) => other.acked)),
      peerRead: Math.max(0, ...others.map(([, other]) => other.read)),
    });
  }

  tellState(conversation: FakeConversation, users: Iterable<string>): void {
    for (const user of users) {
      this.push(user, { case: 'conversationNotice', value: { conversation: this.seenBy(conversation, user) } });
    }
  }
}

export function newMember(joined = 0): FakeMember {
  return { joined, left: undefined, acked: joined, ackedBeyond: new Set(), read: 0, quiet: false };
}

/** The newest message a member may see. */
export function seesTo(conversation: FakeConversation, member: FakeMember): number {
  return member.left ?? conversation.messages.length;
}

/** Whom to tell how far somebody has come: each sender between the two marks, with its newest message there. */
export function sendersBetween(
  conversation: FakeConversation,
  after: number,
  through: number,
  except: string,
): Map<string, number> {
  const others = conversation.messages.slice(after, through).filter((message) => message.sender !== except);
  return new Map(others.map((message) => [message.sender, message.seq]));
}

function hold(member: FakeMember, seqs: readonly number[]): void {
  for (const seq of seqs) if (seq > member.acked) member.ackedBeyond.add(seq);
  while (member.ackedBeyond.delete(member.acked + 1)) member.acked++;
}
