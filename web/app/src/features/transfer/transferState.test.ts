import { describe, expect, it } from 'vitest';
import { transfer } from '../../client/testing/fake';
import { RecallOutcome, type Transfer, TransferStatus } from '../../client/wire';
import { cameBack, cardState, deeds, life } from './transferState';

const { PENDING, FROZEN, ARRIVED, ACCEPTED, RETURNED, EXPIRED, GIVEN_BACK, FUNDED } = TransferStatus;
const recall = (outcome: RecallOutcome) =>
  ({ outcome, askedAtMs: 2n, decidedAtMs: 3n }) as unknown as Transfer['recall'];
const steps = (one: Transfer) => life(one).map(({ step, done }) => (done ? step : `(${step})`));

describe('a transfer as one of the two sees it', () => {
  it.each([
    [FUNDED, 'onItsWay', 'onItsWay'],
    [PENDING, 'pending', 'pending'],
    [FROZEN, 'frozen', 'frozen'],
    [ARRIVED, 'waiting', 'toAccept'],
    [ACCEPTED, 'accepted', 'accepted'],
    [EXPIRED, 'expired', 'expired'],
  ])('in status %s reads %s to its sender and %s to its receiver', (status, sender, receiver) => {
    const one = transfer('1', { status });
    expect([cardState(one, '1'), cardState(one, '2')]).toEqual([sender, receiver]);
  });

  it.each([
    [PENDING, ['recall'], ['return']],
    [FROZEN, [], ['return']],
    [ARRIVED, [], ['accept', 'return']],
    [ACCEPTED, [], ['giveBack']],
    [RETURNED, [], []],
    [GIVEN_BACK, [], []],
  ])('in status %s offers its sender %j and its receiver %j', (status, sender, receiver) => {
    const one = transfer('1', { status });
    expect([deeds(one, '1'), deeds(one, '2')]).toEqual([sender, receiver]);
  });

  it('counts as paid until its sender has the money again', () => {
    const back = (status: TransferStatus) => cameBack(cardState(transfer('1', { status }), '1'));
    expect([PENDING, FROZEN, ARRIVED, ACCEPTED].map(back)).toEqual([false, false, false, false]);
    expect([RETURNED, EXPIRED, GIVEN_BACK, TransferStatus.RECALLED, TransferStatus.REFUNDED].map(back)).toEqual([
      ...[true, true, true, true, true],
    ]);
  });

  it('is asked back once only', () => {
    expect(deeds(transfer('1', { recall: recall(RecallOutcome.RELEASED) }), '1')).toEqual([]);
  });

  it('has a life that says what happened and what comes next', () => {
    expect(steps(transfer('1', {}))).toEqual(['sent', '(arrives)']);
    expect(steps(transfer('1', { status: FROZEN, recall: recall(RecallOutcome.OPEN) }))).toEqual(['sent', 'asked']);
    expect(steps(transfer('1', { recall: recall(RecallOutcome.RELEASED) }))).toEqual([
      ...['sent', 'asked', 'released', '(arrives)'],
    ]);
    expect(steps(transfer('1', { status: ARRIVED, acceptByMs: 9n }))).toEqual(['sent', 'arrived', '(acceptBy)']);
    expect(steps(transfer('1', { status: EXPIRED, acceptByMs: 9n }))).toEqual(['sent', 'arrived', 'expired']);
    expect(steps(transfer('1', { status: RETURNED }))).toEqual(['sent', 'returned']);
    expect(steps(transfer('1', { status: GIVEN_BACK, acceptByMs: 9n }))).toEqual([
      ...['sent', 'arrived', 'accepted', 'givenBack'],
    ]);
  });
});
