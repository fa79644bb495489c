/** How a client paces itself, in milliseconds. The server's settings add the heartbeat and the batching of acknowledgements. */
export interface Tempo {
  /** A request without an answer for so long has failed. */
  readonly requestMs: number;
  /** A connection that is not welcomed for so long is given up. */
  readonly connectMs: number;
  /** First wait before connecting again; doubles, with full jitter (rule C8). */
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  /** First wait before an unanswered message is sent again; doubles, with jitter. */
  readonly resendMinMs: number;
  readonly resendMaxMs: number;
  /** After so many sendings without success a message has failed. */
  readonly resendLimit: number;
  /** A message that could not be sent for so long, connected or not, has failed. */
  readonly giveUpMs: number;
  /** Messages under way at the same time. */
  readonly sendWindow: number;
  /** How long a gap may close by itself before it is pulled. */
  readonly gapWaitMs: number;
  /** How long the lookups of people are collected before they are asked for. */
  readonly lookUpMs: number;
  /** Messages of a conversation shown at once after a cold start, and asked for by `loadOlder`. */
  readonly historyPage: number;
}

export const defaultTempo: Tempo = {
  requestMs: 10_000,
  connectMs: 10_000,
  reconnectMinMs: 500,
  reconnectMaxMs: 30_000,
  resendMinMs: 3_000,
  resendMaxMs: 30_000,
  resendLimit: 6,
  giveUpMs: 60_000,
  sendWindow: 32,
  gapWaitMs: 100,
  lookUpMs: 20,
  historyPage: 40,
};
