import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type SocketEvents, webSocket } from '../src/index.js';

class StubSocket {
  static readonly OPEN = 1;
  static last: StubSocket;
  binaryType = '';
  readyState = 0;
  onopen = () => {};
  onerror: (() => void) | null = null;
  onmessage = (_: { data: unknown }) => {};
  onclose = (_: { code: number }) => {};
  readonly sent: unknown[] = [];
  readonly closed: unknown[] = [];

  constructor(
    readonly address: string,
    readonly protocol: string,
  ) {
    StubSocket.last = this;
  }

  send(data: unknown) {
    this.sent.push(data);
  }

  close(code?: number) {
    this.closed.push(code);
  }
}

let told: unknown[];
let events: SocketEvents;

beforeEach(() => {
  vi.stubGlobal('WebSocket', StubSocket);
  told = [];
  events = {
    opened: () => told.push('opened'),
    received: (data) => told.push([...data]),
    closed: (code) => told.push(code),
  };
});

afterEach(() => vi.unstubAllGlobals());

it('carries bytes both ways once it is open', () => {
  const socket = webSocket('wss://a.test/v1/ws', 'laisee.v1', events);
  const { last } = StubSocket;
  expect([last.address, last.protocol, last.binaryType]).toEqual(['wss://a.test/v1/ws', 'laisee.v1', 'arraybuffer']);
  socket.send(Uint8Array.of(1));
  expect(last.sent).toEqual([]);
  last.readyState = StubSocket.OPEN;
  last.onopen();
  socket.send(Uint8Array.of(2));
  expect(last.sent).toEqual([Uint8Array.of(2)]);
  last.onmessage({ data: Uint8Array.of(3, 4).buffer });
  last.onmessage({ data: 'text is not for us' });
  if (!last.onerror) throw new Error('an error that nobody hears of ends a Node program');
  last.onerror();
  last.onclose({ code: 4409 });
  last.onclose({ code: 1006 });
  expect(told).toEqual(['opened', [3, 4], 4409]);
});

it('is over at once when closed from here, whatever the network still says', async () => {
  const socket = webSocket('wss://a.test/v1/ws', 'laisee.v1', events);
  const { last } = StubSocket;
  socket.close(4408);
  expect(told).toEqual([]);
  await Promise.resolve();
  expect(told).toEqual([4408]);
  last.onopen();
  last.onmessage({ data: new ArrayBuffer(1) });
  last.onclose({ code: 1006 });
  expect(told).toEqual([4408]);
});
