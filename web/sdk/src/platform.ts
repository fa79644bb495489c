import type { Clock } from './clock.js';
import type { SocketFactory } from './socket.js';

/** All that a client takes from the machine it runs on. Only the files in `platform/` know browsers. */
export interface Platform {
  readonly socket: SocketFactory;
  readonly clock: Clock;
  /** Such that nobody else ever gets the same. */
  randomBytes(count: number): Uint8Array;
}
