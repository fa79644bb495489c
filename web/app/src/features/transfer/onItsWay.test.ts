import { expect, it } from 'vitest';
import { transfer } from '../../client/testing/fake';
import { TransferStatus } from '../../client/wire';
import { onItsWay } from './onItsWay';

it('says what is waited for, and nothing once the money is with either of the two', () => {
  const { FUNDED, PENDING, FROZEN, ARRIVED, ACCEPTED, RETURNED, EXPIRED } = TransferStatus;
  const arrivesAtMs = BigInt(new Date().setHours(23, 59, 0, 0));
  const say = (status: TransferStatus) => onItsWay(transfer('1', { status, arrivesAtMs }));
  expect([FUNDED, PENDING, FROZEN, ARRIVED].map(say)).toEqual([
    ...['On its way', 'Pending, arrives 23:59', 'Frozen, being decided', 'Not accepted yet'],
  ]);
  expect([ACCEPTED, RETURNED, EXPIRED].map(say)).toEqual([undefined, undefined, undefined]);
});
