import { RecallOutcome, type Transfer, TransferStatus } from '../../client/wire';

/** How a transfer stands, in the words of its card. */
export type CardState =
  | 'onItsWay'
  | 'pending'
  | 'frozen'
  | 'toAccept'
  | 'waiting'
  | 'accepted'
  | 'returned'
  | 'expired'
  | 'recalled'
  | 'refunded'
  | 'givenBack';

export function cardState({ status, sender }: Pick<Transfer, 'status' | 'sender'>, me: string): CardState {
  switch (status) {
    case TransferStatus.PENDING:
      return 'pending';
    case TransferStatus.FROZEN:
      return 'frozen';
    case TransferStatus.ARRIVED:
      return sender === me ? 'waiting' : 'toAccept';
    case TransferStatus.ACCEPTED:
      return 'accepted';
    case TransferStatus.RETURNED:
      return 'returned';
    case TransferStatus.EXPIRED:
      return 'expired';
    case TransferStatus.RECALLED:
      return 'recalled';
    case TransferStatus.REFUNDED:
      return 'refunded';
    case TransferStatus.GIVEN_BACK:
      return 'givenBack';
    default:
      return 'onItsWay';
  }
}

/** Whether nothing is to be done or waited for any more. */
export function isOver(state: CardState): boolean {
  return ['accepted', 'returned', 'expired', 'recalled', 'refunded', 'givenBack'].includes(state);
}

/** Whether the sender has the money again. */
export function cameBack(state: CardState): boolean {
  return isOver(state) && state !== 'accepted';
}

export type Deed = 'accept' | 'return' | 'giveBack' | 'recall';

/** What I can do about it now, the most likely first. */
export function deeds(transfer: Transfer, me: string): Deed[] {
  const { status, sender } = transfer;
  if (sender === me) return status === TransferStatus.PENDING && !transfer.recall ? ['recall'] : [];
  switch (status) {
    case TransferStatus.ARRIVED:
      return ['accept', 'return'];
    case TransferStatus.PENDING:
    case TransferStatus.FROZEN:
      return ['return'];
    case TransferStatus.ACCEPTED:
      return ['giveBack'];
    default:
      return [];
  }
}

export type StepName =
  | 'sent'
  | 'asked'
  | 'released'
  | 'back'
  | 'arrives'
  | 'arrived'
  | 'acceptBy'
  | 'accepted'
  | 'returned'
  | 'expired'
  | 'recalled'
  | 'refunded'
  | 'givenBack';

/** `done`: it has happened. */
export type LifeStep = { readonly step: StepName; readonly atMs: number; readonly done: boolean };

/** What has happened to a transfer and what comes next, in order. */
export function life(transfer: Transfer): LifeStep[] {
  const { status, createdAtMs, arrivesAtMs, acceptByMs, endedAtMs, recall } = transfer;
  const steps: LifeStep[] = [{ step: 'sent', atMs: Number(createdAtMs), done: true }];
  const add = (step: StepName, atMs: bigint, done = true) => steps.push({ step, atMs: Number(atMs), done });
  if (recall) {
    add('asked', recall.askedAtMs);
    if (recall.outcome === RecallOutcome.RELEASED) add('released', recall.decidedAtMs);
    if (recall.outcome === RecallOutcome.RETURNED) add('back', recall.decidedAtMs);
  }
  const end = ends[status];
  // It is known to have arrived once there is a time until which it can be accepted.
  if (acceptByMs > 0n) add('arrived', arrivesAtMs);
  else if (!end && status !== TransferStatus.FROZEN) add('arrives', arrivesAtMs, false);
  if (status === TransferStatus.ARRIVED) add('acceptBy', acceptByMs, false);
  if (status === TransferStatus.GIVEN_BACK) add('accepted', 0n);
  if (end) add(end, endedAtMs);
  return steps;
}

const ends: Partial<Record<TransferStatus, StepName>> = {
  [TransferStatus.ACCEPTED]: 'accepted',
  [TransferStatus.RETURNED]: 'returned',
  [TransferStatus.EXPIRED]: 'expired',
  [TransferStatus.RECALLED]: 'recalled',
  [TransferStatus.REFUNDED]: 'refunded',
  [TransferStatus.GIVEN_BACK]: 'givenBack',
};
