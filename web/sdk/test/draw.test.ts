import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import known from '../../../proto/draws.json' with { type: 'json' };
import { fromHex, toHex } from '../src/hex.js';
import {
  drawCommitment,
  drawShares,
  drawSteps,
  type Packet,
  PacketKind,
  PacketSchema,
  verifyDraw,
} from '../src/index.js';

const cases = known.map(({ kind, secret, amount, count, share_min, share_max, commitment, shares }) => ({
  secret: fromHex(secret) ?? new Uint8Array(),
  commitment,
  shares: shares.map(BigInt),
  terms: {
    kind: PacketKind[kind as keyof typeof PacketKind],
    ...{ amount: BigInt(amount), count, shareMin: BigInt(share_min), shareMax: BigInt(share_max) },
  },
}));

/** A packet that has ended, all shares taken, as an honest server shows it. */
function ended(of = cases[0]): Packet {
  if (!of) throw new Error('no known draws');
  const { secret, commitment, terms, shares } = of;
  const claims = shares.map((amount, index) => ({ user: String(index + 1), index, amount }));
  return create(PacketSchema, { ...terms, secret: toHex(secret), commitment, claims });
}

describe('the draw', () => {
  it.each(cases)('comes out as the server’s own: $terms.amount in $terms.count (D1 to D5)', (one) => {
    expect(drawCommitment(one.secret, one.terms)).toBe(one.commitment);
    expect(drawShares(one.secret, one.terms)).toEqual(one.shares);
    expect(verifyDraw(ended(one))).toMatchObject({ fair: true, verdict: 'checked', shares: one.shares, wrong: [] });
  });

  it.each(cases)(
    'can be followed step by step: $terms.amount in $terms.count (D3, D4)',
    ({ secret, terms, shares }) => {
      const { cuts, order } = drawSteps(secret, terms);
      let rest = terms.amount;
      for (const cut of cuts) {
        expect(cut.rest).toBe(rest);
        expect(cut.share >= cut.low && cut.share <= cut.high).toBe(true);
        rest -= cut.share;
      }
      expect(rest).toBe(0n);
      expect([...order].sort((a, b) => a - b)).toEqual(cuts.map((_, i) => i));
      expect(order.map((cut) => cuts[cut]?.share)).toEqual(shares);
    },
  );

  it('passes over numbers that would favour small shares (D2)', () => {
    // With this amount a fifth of all numbers is passed over; with this secret the first two are.
    const amount = 3_689_348_814_741_910_325n;
    const terms = { kind: PacketKind.LUCKY, amount, count: 2, shareMin: 1n, shareMax: 1n << 62n };
    const shares = [3_291_458_635_364_722_571n, 397_890_179_377_187_754n];
    expect(drawShares(new Uint8Array(32).fill(7), terms)).toEqual(shares);
  });
});

describe('verifying', () => {
  const [first] = cases;

  it('accepts a packet that ended before everybody came', () => {
    const packet = ended();
    expect(verifyDraw({ ...packet, claims: packet.claims.slice(0, 3) })).toMatchObject({ fair: true });
    expect(verifyDraw({ ...packet, claims: [] })).toMatchObject({ fair: true });
  });

  it('says that it cannot yet while the secret is hidden', () => {
    expect(verifyDraw({ ...ended(), secret: '' })).toMatchObject({ fair: false, verdict: 'secret-hidden' });
  });

  it.each(['zz', 'abc', 'ab'.repeat(31), 'ab'.repeat(33)])('refuses the secret %s', (secret) => {
    expect(verifyDraw({ ...ended(), secret })).toMatchObject({ fair: false, verdict: 'bad-secret' });
  });

  it('notices another secret than the one promised', () => {
    const check = verifyDraw({ ...ended(), secret: '00'.repeat(32) });
    expect(check).toMatchObject({ fair: false, verdict: 'checked', sealFits: false });
  });

  it.each<[string, Partial<Packet>]>([
    ['amount', { amount: 889n }],
    ['kind', { kind: PacketKind.EQUAL }],
    ['lower limit', { shareMin: 2n }],
    ['upper limit', { shareMax: 20_001n }],
  ])('notices another %s than the one promised (D1)', (_, change) => {
    expect(verifyDraw({ ...ended(), ...change })).toMatchObject({ fair: false, sealFits: false });
  });

  it('names the openers who got something else than drawn, or one share twice', () => {
    const packet = ended();
    const claims = packet.claims.map((claim) => ({ ...claim }));
    const [one, other] = [claims[1], claims[2]];
    if (!one || !other || !first) throw new Error('too few claims');
    one.amount += 5n;
    const drawn = first.shares[1];
    expect(verifyDraw({ ...packet, claims })).toMatchObject({
      ...{ fair: false, sealFits: true, sharesFit: false },
      wrong: [{ index: 1, user: '2', drawn, given: (drawn ?? 0n) + 5n }],
    });
    const twice = [...packet.claims, { ...other, user: '99' }];
    expect(verifyDraw({ ...packet, claims: twice })).toMatchObject({ fair: false, sharesFit: false });
  });

  it.each<[string, Partial<Packet>]>([
    ['no shares', { count: 0 }],
    ['shares without end', { count: 0xffff_ffff }],
    ['too little money', { amount: 7n }],
    ['too much money', { amount: 160_001n }],
    ['a lower limit above the upper one', { shareMin: 3n, shareMax: 2n }],
    ['a negative amount', { amount: -1n, shareMin: -5n }],
    ['a kind that is none', { kind: PacketKind.UNSPECIFIED }],
    ['equal shares that leave a rest', { kind: PacketKind.EQUAL, amount: 889n }],
  ])('neither loops nor throws at %s', (_, change) => {
    expect(verifyDraw({ ...ended(), ...change })).toMatchObject({ fair: false, verdict: 'bad-terms' });
  });
});
