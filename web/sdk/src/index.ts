export * from './api.js';
export type { Clock } from './clock.js';
export {
  type DrawCheck,
  type DrawCut,
  type DrawnPacket,
  type DrawSteps,
  type DrawTerms,
  drawCommitment,
  drawShares,
  drawSteps,
  verifyDraw,
} from './draw.js';
export { type FailureDetails, type FailureKind, failureKind, LaiseeError } from './failure.js';
export { MemoryStorage } from './memory-storage.js';
export * from './model.js';
export type { Observable } from './observable.js';
export { checkPacket, type PacketLimits } from './packet-limits.js';
export { IndexedDbStorage } from './platform/indexed-db-storage.js';
export { LaiseeClient } from './platform/laisee-client.js';
export { type SignInDoor, signIn, signUp } from './platform/sign-in.js';
export { systemClock } from './platform/system-clock.js';
export { webSocket } from './platform/web-socket.js';
export type { FileBytes, UploadOptions } from './platform.js';
export * from './protocol.js';
export type { Socket, SocketEvents, SocketFactory } from './socket.js';
export * from './storage.js';
export type { Store } from './store.js';
export { defaultTempo, type Tempo } from './tempo.js';
