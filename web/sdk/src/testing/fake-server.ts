import {
  create,
  fromBinary,
  fromJson,
  type JsonValue,
  type MessageInitShape,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import type { Clock } from '../clock.js';
import { CloseCode } from '../close-code.js';
import type { Ask } from '../frames.js';
import { answers } from '../frames.js';
import { systemClock } from '../platform/system-clock.js';
import {
  type ClientFrame,
  ClientFrameSchema,
  ErrorCode,
  ErrorSchema,
  type Message,
  MovementKind,
  type OrderStatus,
  type RecallOutcome,
  ServerFrameSchema,
  type SettingsSchema,
  SignedInSchema,
  SignInSchema,
  SignUpSchema,
  type SuspensionReason,
  type User,
  UserSchema,
} from '../protocol.js';
import { chats, newGroup } from './chats.js';
import { FakeLine } from './fake-line.js';
import type { Caller, Handlers } from './handlers.js';
import { money, move } from './money.js';
import { payments, settle } from './payments.js';
import { befriend, friendsOf, persons } from './persons.js';
import { risk, suspend } from './risk.js';
import { syncing } from './syncing.js';
import { decide, transfers } from './transfers.js';
import { type BodyInit, type FakeConnection, type FakeSession, Refused, seesTo, World } from './world.js';

const handlers: Handlers = { ...chats, ...syncing, ...persons, ...money, ...payments, ...transfers, ...risk };

export interface FakeServerOptions {
  readonly clock?: Clock;
  readonly settings?: MessageInitShape<typeof SettingsSchema>;
}

/** The server's end of one connection. */
interface ServerEnd {
  received(data: Uint8Array): void;
  closed(): void;
}

/** A server in memory that speaks the protocol: for tests and for showing screens without a server. */
export class FakeServer {
  readonly world: World;
  /** Asked before each request is handled: a code refuses it. */
  refuse: (user: string, frame: ClientFrame) => ErrorCode | undefined = () => undefined;
  /** The hint that comes with such a refusal. */
  retryAfterMs = 50;
  /** Whether nobody is let in now, and why. */
  refuseHello: { readonly code: ErrorCode; readonly retryAfterMs: number } | undefined;

  constructor(options: FakeServerOptions = {}) {
    this.world = new World(options.clock ?? systemClock, options.settings);
  }

  addUser(name: string, displayName = name, face = '', password = 'password'): User {
    const user = create(UserSchema, { id: this.world.newId(), name, displayName, face });
    this.world.accounts.set(user.id, {
      ...{ user, password, balance: 0n, movements: [], relations: new Map() },
      ...{ held: 0n, pin: undefined, wrongPins: 0, lockedUntilMs: 0n, suspension: undefined, releaseCode: undefined },
    });
    return user;
  }

  /** Signs a device in; its token. */
  signIn(user: string, device = 'test'): string {
    return this.newSession(user, device).token;
  }

  befriend(one: string, other: string): string {
    return befriend(this.world, one, other);
  }

  group(owner: string, title: string, members: readonly string[]): string {
    return newGroup(this.world, owner, title, members).id;
  }

  /** Somebody writes, from a device that is not here. */
  say(user: string, conversation: string, text: string): Message {
    const found = this.world.conversations.get(conversation);
    if (!found) throw new RangeError(`no conversation ${conversation}`);
    const value = { text };
    return this.world.post(found, user, { kind: { case: 'text', value } }, `fake-${this.world.newId()}`);
  }

  topUp(user: string, amount: bigint): void {
    move(this.world, user, MovementKind.TOP_UP, amount);
  }

  /** All messages of a conversation, as stored. */
  messages(conversation: string): readonly Message[] {
    return this.world.conversations.get(conversation)?.messages ?? [];
  }

  /** Tells everybody's devices, or one user's, that notices may have been lost. */
  askToResync(user?: string): void {
    for (const connection of this.world.connections) {
      if (user === undefined || connection.session.user === user) connection.push({ case: 'resyncNotice', value: {} });
    }
  }

  /** Closes the connections of one user, or all. */
  disconnect(code: number, user?: string): void {
    for (const connection of [...this.world.connections]) {
      if (user === undefined || connection.session.user === user) connection.close(code);
    }
  }

  line(): FakeLine {
    return new FakeLine(this, this.world.clock);
  }

  /** A new connection; whoever carries it gives in what comes, and takes what goes out. */
  accept(out: { send(data: Uint8Array): void; close(code: number): void }): ServerEnd {
    let connection: FakeConnection | undefined;
    const send = (request: number, body: BodyInit) => {
      out.send(toBinary(ServerFrameSchema, create(ServerFrameSchema, { request, body })));
    };
    return {
      received: (data) => {
        if (data.length > this.world.settings.frameMaxBytes) {
          send(0, { case: 'error', value: { code: ErrorCode.TOO_LARGE } });
          return connection ? connection.close(CloseCode.TOO_LARGE) : out.close(CloseCode.TOO_LARGE);
        }
        const frame = fromBinary(ClientFrameSchema, data);
        if (connection) this.answer(connection, frame, send);
        else connection = this.greet(frame, send, out.close);
      },
      closed: () => {
        if (connection) this.gone(connection);
      },
    };
  }

  /** Signing up and in over REST, as the SDK's `signUp` and `signIn` ask for it. */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const path = new URL(String(input)).pathname;
    const body = JSON.parse(String(init?.body ?? '{}')) as JsonValue;
    try {
      if (path === '/v1/sign-up') return json(this.signUp(body), 200);
      if (path === '/v1/sign-in') return json(this.signInByName(body), 200);
      throw new Refused(ErrorCode.NOT_FOUND);
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      const { code, retryAfterMs } = reason;
      return json(toJson(ErrorSchema, create(ErrorSchema, { code, retryAfterMs, message: ErrorCode[code] })), 422);
    }
  };

  /** What an operator decides about a transfer that was asked back. */
  decideRecall(transfer: string, outcome: RecallOutcome, reason: string): void {
    decide(this.world, transfer, outcome, reason);
  }

  /** What the payment provider says of an order. */
  settleOrder(order: string, status: OrderStatus, reason = ''): void {
    settle(this.world, order, status, reason);
  }

  /** Takes the red-packet function away. */
  suspend(user: string, reason: SuspensionReason, ms: number, selfRelease = true): void {
    suspend(this.world, user, reason, ms, selfRelease);
  }

  private greet(frame: ClientFrame, send: (request: number, body: BodyInit) => void, close: (code: number) => void) {
    const { request, body } = frame;
    if (this.refuseHello) {
      send(request, { case: 'error', value: this.refuseHello });
      close(CloseCode.GOING_AWAY);
      return undefined;
    }
    const session = body.case === 'hello' ? this.world.sessions.get(body.value.token) : undefined;
    if (!session) {
      const code = body.case === 'hello' ? ErrorCode.UNAUTHENTICATED : ErrorCode.OUT_OF_ORDER;
      send(request, { case: 'error', value: { code } });
      close(CloseCode.UNAUTHENTICATED);
      return undefined;
    }
    const { world } = this;
    const connection: FakeConnection = {
      session,
      changedHeads: new Set(),
      push: (notice) => send(0, notice),
      close: (code) => {
        this.gone(connection);
        close(code);
      },
    };
    const cameOnline = !world.isOnline(session.user);
    world.connections.add(connection);
    const { user } = world.account(session.user);
    const welcome = { user, session: session.id, serverTimeMs: world.now(), settings: world.settings };
    send(request, { case: 'welcome', value: welcome });
    if (cameOnline) this.tellPresence(session.user, true);
    return connection;
  }

  private answer(
    connection: FakeConnection,
    frame: ClientFrame,
    send: (request: number, body: BodyInit) => void,
  ): void {
    const { request, body } = frame;
    if (body.case === 'heartbeat') return send(request, { case: 'heartbeatAnswer', value: this.heartbeat(connection) });
    try {
      if (body.case === undefined) throw new Refused(ErrorCode.UNSUPPORTED);
      const refused = this.refuse(connection.session.user, frame);
      if (refused !== undefined) throw new Refused(refused, this.retryAfterMs);
      const handler = handlers[body.case] as ((caller: Caller, value: unknown) => unknown) | undefined;
      if (!handler) throw new Refused(ErrorCode.OUT_OF_ORDER);
      const caller: Caller = { world: this.world, user: connection.session.user, connection };
      const answer = handler(caller, body.value);
      for (const value of Array.isArray(answer) ? answer : [answer]) {
        send(request, { case: answers[body.case as Ask], value } as BodyInit);
      }
    } catch (reason) {
      if (!(reason instanceof Refused)) throw reason;
      const { code, retryAfterMs, details } = reason;
      send(request, { case: 'error', value: { ...details, code, retryAfterMs, message: ErrorCode[code] ?? '' } });
    }
  }

  private heartbeat(connection: FakeConnection) {
    const heads = [...connection.changedHeads].flatMap((id) => {
      const conversation = this.world.conversations.get(id);
      const member = conversation?.members.get(connection.session.user);
      return conversation && member ? [{ conversation: id, head: seesTo(conversation, member) }] : [];
    });
    connection.changedHeads.clear();
    return { serverTimeMs: this.world.now(), heads };
  }

  private gone(connection: FakeConnection): void {
    const { user } = connection.session;
    if (this.world.connections.delete(connection) && !this.world.isOnline(user)) this.tellPresence(user, false);
  }

  private tellPresence(user: string, online: boolean): void {
    for (const friend of friendsOf(this.world, user)) {
      this.world.push(friend, { case: 'presenceNotice', value: { user, online } });
    }
  }

  private newSession(user: string, device: string): FakeSession {
    const id = this.world.newId();
    const session = { id, token: `token-${id}`, user, device, openedAtMs: this.world.clock.now() };
    this.world.sessions.set(session.token, session);
    return session;
  }

  private signUp(body: JsonValue): JsonValue {
    const { name, displayName, face, password, device } = fromJson(SignUpSchema, body);
    if (this.named(name)) throw new Refused(ErrorCode.NAME_TAKEN);
    if (!/^[a-z0-9_]{3,32}$/.test(name)) throw new Refused(ErrorCode.NAME_INVALID);
    if (password.length < 8) throw new Refused(ErrorCode.PASSWORD_TOO_WEAK);
    return this.signedIn(this.addUser(name, displayName, face, password), device);
  }

  private signInByName(body: JsonValue): JsonValue {
    const { name, password, device } = fromJson(SignInSchema, body);
    const account = this.named(name);
    if (account?.password !== password) throw new Refused(ErrorCode.WRONG_NAME_OR_PASSWORD);
    return this.signedIn(account.user, device);
  }

  private signedIn(user: User, device: string): JsonValue {
    const { token, id } = this.newSession(user.id, device);
    return toJson(SignedInSchema, create(SignedInSchema, { user, token, session: id }));
  }

  private named(name: string) {
    return [...this.world.accounts.values()].find(({ user }) => user.name === name);
  }
}

function json(body: JsonValue, status: number): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
