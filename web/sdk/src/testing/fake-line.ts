import { fromBinary } from '@bufbuild/protobuf';
import type { Clock } from '../clock.js';
import { decodeFrame } from '../frames.js';
import { systemClock } from '../platform/system-clock.js';
import { type ClientFrame, ClientFrameSchema, type ServerFrame } from '../protocol.js';
import type { Socket, SocketEvents, SocketFactory } from '../socket.js';
import type { FakeServer } from './fake-server.js';

/**
 * What happens to one frame: it passes, is lost, comes twice, takes its own time (and may so be overtaken), or is the
 * last one before the connection breaks, seen by the other side or not.
 */
export type Fate = 'pass' | 'drop' | 'duplicate' | 'cut-before' | 'cut-after' | { readonly delayMs: number };

export type Passing =
  | { readonly way: 'up'; readonly frame: ClientFrame }
  | { readonly way: 'down'; readonly frame: ServerFrame };

const BROKEN = 1006;

/** The network between one client and the fake server, with faults at will. Give `line.socket` to the client. */
export class FakeLine {
  /** One way, in milliseconds. */
  latencyMs: () => number = () => 1;
  /** Asked for each frame. */
  fate: (passing: Passing) => Fate = () => 'pass';
  /** Addresses that the client tried, in order. */
  readonly tried: string[] = [];
  /** Frames that got through. */
  readonly log: Passing[] = [];
  /** Which addresses refuse connections. */
  isDown: (address: string) => boolean = () => false;
  private black = false;
  private current: ((code: number) => void) | undefined;

  constructor(
    private readonly server: FakeServer,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Breaks the connection that stands. */
  cut(code: number = BROKEN): void {
    this.current?.(code);
  }

  /** Refuses new connections, and breaks the standing one. */
  goDown(): void {
    this.isDown = () => true;
    this.cut();
  }

  comeUp(): void {
    this.isDown = () => false;
    this.black = false;
  }

  /** Everything vanishes without a word, as when a cable is pulled. */
  goSilent(): void {
    this.black = true;
  }

  readonly socket: SocketFactory = (address, _protocol, events) => {
    this.tried.push(address);
    const pipe = new Pipe(this.clock, () => this.latencyMs());
    let open = true;
    const end = (code: number) => {
      if (!open) return;
      open = false;
      if (this.current === end) this.current = undefined;
      hung.closed();
      this.clock.after(0, () => events.closed(code));
    };
    const hung = this.server.accept({
      send: (data) => {
        const frame = decodeFrame(data);
        if (frame) this.carry({ way: 'down', frame }, pipe.down, () => open && events.received(data), end);
      },
      close: (code) => pipe.down(() => end(code)),
    });
    if (this.isDown(address)) end(BROKEN);
    else {
      this.current = end;
      pipe.down(() => open && !this.black && events.opened());
    }
    return this.clientSide(pipe, hung, end, () => open);
  };

  private clientSide(
    pipe: Pipe,
    hung: { received(data: Uint8Array): void },
    end: (code: number) => void,
    open: () => boolean,
  ): Socket {
    return {
      send: (data) => {
        const frame = fromBinary(ClientFrameSchema, data);
        if (open()) this.carry({ way: 'up', frame }, pipe.up, () => open() && hung.received(data), end);
      },
      close: (code) => end(code ?? 1000),
    };
  }

  private carry(
    passing: Passing,
    pipe: (arrive: () => void, ownMs?: number) => void,
    deliver: () => void,
    end: SocketEvents['closed'],
  ): void {
    if (this.black) return;
    const fate = this.fate(passing);
    const arrive = () => {
      this.log.push(passing);
      deliver();
    };
    if (fate === 'drop') return;
    if (fate === 'cut-before') return pipe(() => end(BROKEN));
    if (typeof fate === 'object') return pipe(arrive, fate.delayMs);
    pipe(arrive);
    if (fate === 'duplicate') pipe(arrive);
    if (fate === 'cut-after') pipe(() => end(BROKEN));
  }
}

/** Keeps order in each direction, whatever the latency, except for what takes its own time. */
class Pipe {
  private upAtMs = 0;
  private downAtMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly latencyMs: () => number,
  ) {}

  readonly up = (arrive: () => void, ownMs?: number): void => {
    if (ownMs === undefined) this.upAtMs = this.inOrder(this.upAtMs, arrive);
    else this.clock.after(ownMs, arrive);
  };

  readonly down = (arrive: () => void, ownMs?: number): void => {
    if (ownMs === undefined) this.downAtMs = this.inOrder(this.downAtMs, arrive);
    else this.clock.after(ownMs, arrive);
  };

  private inOrder(lastMs: number, arrive: () => void): number {
    const now = this.clock.now();
    const atMs = Math.max(lastMs, now + Math.floor(this.latencyMs()));
    this.clock.after(atMs - now, arrive);
    return atMs;
  }
}
