import type { ClientEvents } from './api.js';
import type { Clock } from './clock.js';
import type { Connection } from './connection.js';
import type { LiveStore } from './live-store.js';
import type { Persistence } from './persistence.js';
import type { Requests } from './requests.js';
import type { Tempo } from './tempo.js';

/** What the parts of one client share. */
export interface Device {
  readonly clock: Clock;
  readonly random: () => number;
  /** A fresh UUIDv7. */
  readonly newId: () => string;
  readonly tempo: Tempo;
  readonly store: LiveStore;
  readonly requests: Requests;
  readonly connection: Connection;
  readonly persistence: Persistence;
  emit<E extends keyof ClientEvents>(event: E, value: ClientEvents[E]): void;
}
