import type { ClientEvents, ClientOptions, LaiseeClientApi } from './api.js';

/** Everything one signed-in device does. See `LaiseeClientApi` for what it offers. */
export declare class LaiseeClient implements LaiseeClientApi {
  constructor(options: ClientOptions);
}
export declare interface LaiseeClient extends LaiseeClientApi {
  on<E extends keyof ClientEvents>(event: E, listener: (value: ClientEvents[E]) => void): () => void;
}
