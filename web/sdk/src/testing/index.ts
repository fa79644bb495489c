export { FakeLine, type Fate, type Passing } from './fake-line.js';
export { FakeServer, type FakeServerOptions } from './fake-server.js';
export { SYNC_MESSAGES_MAX } from './syncing.js';
export { VirtualClock } from './virtual-clock.js';
export { World } from './world.js';
