import { describe, expect, it } from 'vitest';
import { FakeClient, user } from '../../client/testing/fake';
import { type PacketCard, PacketKind, PacketStatus } from '../../client/wire';
import { cardState } from './PacketCard';

const me = '1';
const other = '2';
const card = (kind: PacketKind, recipient = '0') => ({ packet: '9', kind, recipient }) as PacketCard;

describe('how a packet card stands', () => {
  it.each([
    ['a lucky one of somebody else', PacketKind.LUCKY, '0', other, 'open'],
    ['a lucky one of mine', PacketKind.LUCKY, '0', me, 'open'],
    ['one for me', PacketKind.NAMED, me, other, 'open'],
    ['one for me, unnamed in a direct conversation', PacketKind.NAMED, '0', other, 'open'],
    ['one of mine in a direct conversation', PacketKind.NAMED, '0', me, 'mine'],
    ['one of mine for somebody', PacketKind.NAMED, other, me, 'mine'],
    ['one for a third person', PacketKind.NAMED, '3', other, 'notForYou'],
  ] as const)('%s', (_, kind, recipient, sender, state) => {
    expect(cardState(new FakeClient(user(me, 'Me')), card(kind, recipient), sender)).toBe(state);
  });

  it.each([
    [PacketStatus.OPEN, 888n, 'opened'],
    [PacketStatus.FINISHED, 888n, 'opened'],
    [PacketStatus.FINISHED, 0n, 'finished'],
    [PacketStatus.EXPIRED, 0n, 'expired'],
    [PacketStatus.REFUNDED, 0n, 'returned'],
  ])('what is known of it comes first: %i with %i', (status, mine, state) => {
    const client = new FakeClient(user(me, 'Me'));
    client.glances.value = new Map([['9', { status, mine, left: 0 }]]);
    expect(cardState(client, card(PacketKind.LUCKY), other)).toBe(state);
  });
});
