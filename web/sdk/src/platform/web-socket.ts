import type { SocketFactory } from '../socket.js';

/** The sockets of browsers, and of Node from version 22. */
export const webSocket: SocketFactory = (address, protocol, events) => {
  const socket = new WebSocket(address, protocol);
  socket.binaryType = 'arraybuffer';
  let over = false;
  const end = (code: number) => {
    if (over) return;
    over = true;
    events.closed(code);
  };
  socket.onopen = () => !over && events.opened();
  socket.onmessage = (event) => {
    if (!over && event.data instanceof ArrayBuffer) events.received(new Uint8Array(event.data));
  };
  // What failed is told by the closing; Node's `ws` throws when nobody listens.
  socket.onerror = () => {};
  socket.onclose = (event) => end(event.code);
  return {
    send: (data) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(new Uint8Array(data));
    },
    close: (code, reason) => {
      // A dead network delays the closing handshake for minutes; nobody wants to wait for it.
      socket.close(code, reason);
      queueMicrotask(() => end(code ?? 1000));
    },
  };
};
