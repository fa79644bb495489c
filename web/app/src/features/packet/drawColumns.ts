import type { DrawSteps } from '../../client/client';
import type { Claim } from '../../client/wire';

/** One share as the picture of a draw shows it. All places count from 0. */
export type Column = {
  /** Its place when it was cut. */
  readonly cut: number;
  /** Its place after the shuffle, which is who opens it. */
  readonly slot: number;
  readonly share: bigint;
  /** What was left before the cut, and what the rules allowed. */
  readonly rest: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly claim: Claim | undefined;
  /** Whether who opened it got just this; undefined: nobody opened it. */
  readonly matches: boolean | undefined;
  readonly best: boolean;
};

/** The shares of a draw in the order of opening, with what became of each. */
export function columnsOf({ cuts, order }: DrawSteps, claims: readonly Claim[]): Column[] {
  const opened = new Map(claims.map((claim) => [claim.index, claim]));
  const columns = order.flatMap((cut, slot) => {
    const one = cuts[cut];
    const claim = opened.get(slot);
    return one ? [{ ...one, cut, slot, claim, matches: claim && claim.amount === one.share, best: false }] : [];
  });
  // The first of the largest that were opened, as in the list of claims.
  let best: Column | undefined;
  for (const one of columns) if (one.claim && (!best || one.share > best.share)) best = one;
  return columns.map((one) => (one === best && columns.length > 1 ? { ...one, best: true } : one));
}
