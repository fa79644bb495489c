import { fullJitter } from './backoff.js';
import type { Clock } from './clock.js';
import { CloseCode } from './close-code.js';
import { LaiseeError } from './failure.js';
import { decodeFrame, encodeAsk, type ServerBody } from './frames.js';
import type { Link } from './model.js';
import { ErrorCode, type Head, type Welcome } from './protocol.js';
import type { Requests } from './requests.js';
import type { Socket, SocketFactory } from './socket.js';
import type { Tempo } from './tempo.js';

const SUBPROTOCOL = 'laisee.v1';
/** Hello and heartbeats are not callers' requests: they have numbers that those never reach. */
const HELLO = 0xffff_fff0;
const HEARTBEAT = 0xffff_fff1;
const SILENT_HEARTBEATS = 3;
const NORMAL = 1000;
/** What a WebSocket says that ended without a word. */
const ABNORMAL = 1006;
const DEFAULT_HEARTBEAT_MS = 25_000;
/** A connection that lasted so long starts the backoff anew. */
const STABLE_MS = 10_000;
/** After a hint that the network changed, an answer is expected so soon. */
const PROBE_MS = 5_000;

export interface ConnectionEvents {
  linkChanged(link: Link, retryAtMs: number | undefined): void;
  welcomed(welcome: Welcome): void;
  noticed(body: ServerBody): void;
  /** The newest positions of conversations that changed (rule C4). */
  headsCame(heads: readonly Head[]): void;
}

export interface ConnectionOptions {
  readonly addresses: readonly string[];
  readonly token: string;
  readonly name: string;
  readonly socket: SocketFactory;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tempo: Tempo;
}

/** One live connection that comes back by itself until it is stopped or signed out. */
export class Connection {
  private link: Link = 'closed';
  private socket: Socket | undefined;
  private address = 0;
  private attempt = 0;
  private onlineSinceMs = 0;
  private hintMs = 0;
  private lastHeardMs = 0;
  private heartbeatMs = DEFAULT_HEARTBEAT_MS;
  private stopTimer = () => {};
  private stopProbe = () => {};

  constructor(
    private readonly options: ConnectionOptions,
    private readonly requests: Requests,
    private readonly events: ConnectionEvents,
  ) {
    if (options.addresses.length === 0) throw new RangeError('a client needs an address');
  }

  get online(): boolean {
    return this.link === 'online';
  }

  start(): void {
    if (this.link === 'closed') this.connect();
  }

  stop(): void {
    if (this.link !== 'signed-out') this.leave('closed');
    this.requests.end(LaiseeError.offline());
  }

  signedOut(): void {
    if (this.link === 'signed-out') return;
    this.leave('signed-out');
    this.requests.end(LaiseeError.signedOut());
  }

  networkChanged(online: boolean): void {
    if (this.link === 'online') return this.probe();
    if (online && this.link === 'offline') {
      this.attempt = 0;
      this.connect();
    }
  }

  private connect(): void {
    this.stopTimer();
    const { addresses, socket, clock, tempo } = this.options;
    const base = addresses[this.address % addresses.length] ?? '';
    const address = `${base.replace(/^http/, 'ws').replace(/\/$/, '')}/v1/ws`;
    this.setLink('connecting');
    let mine: Socket | undefined;
    const current = () => mine !== undefined && this.socket === mine;
    try {
      mine = socket(address, SUBPROTOCOL, {
        opened: () => current() && this.sayHello(),
        received: (data) => current() && this.received(data),
        closed: (code) => current() && this.lost(code),
      });
    } catch {
      // Not even an address; another one may be.
      return this.lost(ABNORMAL);
    }
    this.socket = mine;
    this.stopTimer = clock.after(tempo.connectMs, () => this.hangUp(CloseCode.SILENT));
  }

  private sayHello(): void {
    const { token, name } = this.options;
    this.socket?.send(encodeAsk(HELLO, 'hello', { token, client: name }));
  }

  private received(data: Uint8Array): void {
    const frame = decodeFrame(data);
    if (!frame) return this.hangUp(CloseCode.MALFORMED);
    this.lastHeardMs = this.options.clock.now();
    this.stopProbe();
    const { request, body } = frame;
    if (body.case === 'error' && body.value.code === ErrorCode.UNAUTHENTICATED) return this.signedOut();
    if (request === HELLO) this.helloAnswered(body);
    else if (request === HEARTBEAT) {
      if (body.case === 'heartbeatAnswer') this.events.headsCame(body.value.heads);
    } else if (request !== 0) this.requests.answered(request, body);
    // What a notice before the welcome says, the sync after it brings.
    else if (this.online) this.events.noticed(body);
  }

  private helloAnswered(body: ServerBody): void {
    if (body.case !== 'welcome') {
      if (body.case === 'error') this.hintMs = body.value.retryAfterMs;
      return this.hangUp(CloseCode.MALFORMED);
    }
    this.stopTimer();
    this.heartbeatMs = body.value.settings?.heartbeatMs || DEFAULT_HEARTBEAT_MS;
    this.onlineSinceMs = this.options.clock.now();
    this.beatLater();
    this.setLink('online');
    const socket = this.socket;
    const { frameMaxBytes } = body.value.settings ?? {};
    if (socket) this.requests.connected((data) => socket.send(data), frameMaxBytes || undefined);
    this.events.welcomed(body.value);
  }

  private beatLater(): void {
    this.stopTimer = this.options.clock.after(this.heartbeatMs, () => {
      const silentMs = this.options.clock.now() - this.lastHeardMs;
      if (silentMs >= SILENT_HEARTBEATS * this.heartbeatMs) return this.hangUp(CloseCode.SILENT);
      this.beatLater();
      this.socket?.send(encodeAsk(HEARTBEAT, 'heartbeat', {}));
    });
  }

  private probe(): void {
    this.stopProbe();
    this.socket?.send(encodeAsk(HEARTBEAT, 'heartbeat', {}));
    this.stopProbe = this.options.clock.after(PROBE_MS, () => this.hangUp(CloseCode.SILENT));
  }

  private hangUp(code: number): void {
    const socket = this.socket;
    this.lost(code);
    socket?.close(code);
  }

  private lost(code: number): void {
    const { clock, random, tempo } = this.options;
    const wasOnline = this.online;
    this.release();
    if (code === CloseCode.UNAUTHENTICATED || code === CloseCode.SIGNED_OUT) return this.signedOut();
    if (wasOnline && clock.now() - this.onlineSinceMs >= STABLE_MS) this.attempt = 0;
    // A connection that worked is worth the same address again, unless the server said it is leaving.
    if (!wasOnline || code === CloseCode.GOING_AWAY) this.address++;
    const jitter = fullJitter(this.attempt++, tempo.reconnectMinMs, tempo.reconnectMaxMs, random);
    const waitMs = Math.max(jitter, this.hintMs);
    this.hintMs = 0;
    this.stopTimer = clock.after(waitMs, () => this.connect());
    this.setLink('offline', clock.now() + waitMs);
  }

  private leave(link: Link): void {
    const socket = this.socket;
    this.release();
    socket?.close(NORMAL);
    this.setLink(link);
  }

  private release(): void {
    this.stopTimer();
    this.stopProbe();
    this.stopTimer = () => {};
    this.stopProbe = () => {};
    this.socket = undefined;
    this.requests.disconnected();
  }

  private setLink(link: Link, retryAtMs?: number): void {
    this.link = link;
    this.events.linkChanged(link, retryAtMs);
  }
}
