/** Time, from outside, so that tests can have their own. */
export interface Clock {
  now(): number;
  /** Calls once after so many milliseconds; answers how to call it off. */
  after(ms: number, call: () => void): () => void;
}
