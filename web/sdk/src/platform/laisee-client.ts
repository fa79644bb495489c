import type { ClientOptions } from '../api.js';
import { Client } from '../client.js';
import { systemClock } from './system-clock.js';
import { webSocket } from './web-socket.js';

/** The client on what browsers, and Node from version 22, have: WebSocket, timers and random numbers. */
export class LaiseeClient extends Client {
  constructor(options: ClientOptions) {
    const randomBytes = (count: number) => globalThis.crypto.getRandomValues(new Uint8Array(count));
    super(options, { socket: webSocket, clock: systemClock, randomBytes, files: () => import('./files.js') });
  }
}
