import type { StatementFilter } from '../../client/client';
import { Direction, MovementKind } from '../../client/wire';
import { dayStart } from '../../i18n/dayStart';
import { dayWords } from '../../i18n/times';
import { money } from '../../money/money';
import { walletWords } from './words';

/** Kinds of lines as people think of them. */
export const groups = {
  packets: [MovementKind.PACKET_SENT, MovementKind.PACKET_OPENED, MovementKind.PACKET_REFUND],
  transfers: [
    MovementKind.TRANSFER_SENT,
    MovementKind.TRANSFER_RECEIVED,
    MovementKind.TRANSFER_REFUND,
    MovementKind.TRANSFER_GIVEN_BACK,
  ],
  provider: [MovementKind.TOP_UP, MovementKind.WITHDRAWAL, MovementKind.WITHDRAWAL_RETURNED],
} as const;
export type Group = keyof typeof groups;

/** What is looked for in the statement. */
export type Wanted = {
  readonly search: string;
  readonly group?: Group | undefined;
  readonly direction?: 'in' | 'out' | undefined;
  /** Days as "2026-02-16", both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly least?: bigint | undefined;
  readonly most?: bigint | undefined;
};

export function isEmpty({ search, ...rest }: Wanted): boolean {
  return search.trim() === '' && Object.values(rest).every((value) => value === undefined);
}

export function filterOf({ search, group, direction, from, to, least, most }: Wanted): StatementFilter {
  const fromMs = dayStart(from);
  const toMs = dayStart(to, 1);
  return {
    ...(search.trim() ? { search: search.trim() } : {}),
    ...(group ? { kinds: [...groups[group]] } : {}),
    ...(direction ? { direction: direction === 'in' ? Direction.IN : Direction.OUT } : {}),
    ...(fromMs === undefined ? {} : { fromMs: BigInt(fromMs) }),
    ...(toMs === undefined ? {} : { toMs: BigInt(toMs) }),
    ...(least === undefined ? {} : { amountMin: least }),
    ...(most === undefined ? {} : { amountMax: most }),
  };
}

/** Each part of the filter in words, with what is left without it. The search has its own field. */
export function wantedWords(wanted: Wanted): { text: string; without: Wanted }[] {
  const words = walletWords.value;
  const chips: { text: string; without: Wanted }[] = [];
  const { group, direction, from, to, least, most } = wanted;
  if (group) chips.push({ text: words.groups[group], without: { ...wanted, group: undefined } });
  if (direction) chips.push({ text: words.directions[direction], without: { ...wanted, direction: undefined } });
  if (from) chips.push({ text: words.fromDay(dayWords(from)), without: { ...wanted, from: undefined } });
  if (to) chips.push({ text: words.toDay(dayWords(to)), without: { ...wanted, to: undefined } });
  if (least !== undefined) chips.push({ text: words.atLeast(money(least)), without: { ...wanted, least: undefined } });
  if (most !== undefined) chips.push({ text: words.atMost(money(most)), without: { ...wanted, most: undefined } });
  return chips;
}
