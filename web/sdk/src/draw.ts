import { fromHex, toHex } from './hex.js';
import { PacketKind } from './protocol.js';
import { sha256 } from './sha256.js';

/** What enters a draw besides the secret. Amounts in fen. */
export interface DrawTerms {
  readonly kind: PacketKind;
  readonly amount: bigint;
  readonly count: number;
  readonly shareMin: bigint;
  readonly shareMax: bigint;
}

/** What is needed of a packet to check its draw; a `Packet` has all of it. */
export interface DrawnPacket extends DrawTerms {
  /** Hex; empty until the packet has ended. */
  readonly secret: string;
  readonly commitment: string;
  readonly claims: readonly { readonly index: number; readonly user: string; readonly amount: bigint }[];
}

/** What recomputing a packet's draw showed. */
export interface DrawCheck {
  /** True only when everything could be checked and fits. */
  readonly fair: boolean;
  /**
   * secret-hidden: the packet has not ended. bad-secret: what was shown is not 32 bytes.
   * bad-terms: no draw can have such terms. checked: see the other fields.
   */
  readonly verdict: 'checked' | 'secret-hidden' | 'bad-secret' | 'bad-terms';
  /** Whether the secret and the terms are those committed to before anybody opened. */
  readonly sealFits: boolean;
  /** Whether every opener got the share the secret gives them. */
  readonly sharesFit: boolean;
  readonly commitment: string;
  /** All shares as drawn, in the order of opening. */
  readonly shares: readonly bigint[];
  /** How each of them came about. */
  readonly steps: DrawSteps;
  /** Openings that differ from the draw. */
  readonly wrong: readonly { index: number; user: string; drawn: bigint | undefined; given: bigint }[];
}

/** One share cut from what was left, before the shuffle. */
export interface DrawCut {
  /** What was left before it, in fen. */
  readonly rest: bigint;
  /** Least and most that the rules allowed. */
  readonly low: bigint;
  readonly high: bigint;
  readonly share: bigint;
}

/** A draw step by step, for showing how the shares came about. */
export interface DrawSteps {
  /** Shares in the order in which they were cut. */
  readonly cuts: readonly DrawCut[];
  /** What the shuffle made of it: the n-th to open gets the cut `order[n]`, both from 0. */
  readonly order: readonly number[];
}

const U64 = 1n << 64n;
const SECRET_BYTES = 32;
const COUNT_MAX = 10_000;

/** Rule D1, in hex. */
export function drawCommitment(secret: Uint8Array, terms: DrawTerms): string {
  const tail = new DataView(new ArrayBuffer(29));
  tail.setUint8(0, terms.kind);
  tail.setBigUint64(1, terms.amount);
  tail.setUint32(9, terms.count);
  tail.setBigUint64(13, terms.shareMin);
  tail.setBigUint64(21, terms.shareMax);
  return toHex(sha256(concat(ascii('laisee.draw.v1'), secret, new Uint8Array(tail.buffer))));
}

/** Rules D3 to D5: the shares in the order of opening. */
export function drawShares(secret: Uint8Array, terms: DrawTerms): bigint[] {
  return inOrder(drawSteps(secret, terms));
}

/** Rules D3 and D4, step by step. */
export function drawSteps(secret: Uint8Array, terms: DrawTerms): DrawSteps {
  const { kind, amount, count, shareMin, shareMax } = terms;
  const order = Array.from({ length: count }, (_, i) => i);
  const cuts: DrawCut[] = [];
  let rest = amount;
  if (kind !== PacketKind.LUCKY) {
    const share = amount / BigInt(count);
    for (; cuts.length < count; rest -= share) cuts.push({ rest, low: share, high: share, share });
    return { cuts, order };
  }
  const numbers = new RandomNumbers(secret);
  for (let left = BigInt(count); left > 1n; left--) {
    const low = largest(shareMin, rest - (left - 1n) * shareMax);
    const high = smallest(shareMax, (2n * rest) / left, rest - (left - 1n) * shareMin);
    const share = low + numbers.below(high - low + 1n);
    cuts.push({ rest, low, high, share });
    rest -= share;
  }
  cuts.push({ rest, low: rest, high: rest, share: rest });
  for (let i = count - 1; i > 0; i--) {
    const j = Number(numbers.below(BigInt(i + 1)));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return { cuts, order };
}

/** Rule D5. */
function inOrder({ cuts, order }: DrawSteps): bigint[] {
  return order.map((cut) => cuts[cut]?.share ?? 0n);
}

/** Recomputes the draw of a packet that has ended, and compares it with what was promised and what was given. */
export function verifyDraw(packet: DrawnPacket): DrawCheck {
  const nothing: DrawSteps = { cuts: [], order: [] };
  const none = {
    fair: false,
    sealFits: false,
    sharesFit: false,
    commitment: '',
    shares: [],
    steps: nothing,
    wrong: [],
  };
  if (packet.secret === '') return { ...none, verdict: 'secret-hidden' };
  const secret = fromHex(packet.secret);
  if (secret?.length !== SECRET_BYTES) return { ...none, verdict: 'bad-secret' };
  if (!possible(packet)) return { ...none, verdict: 'bad-terms' };
  const commitment = drawCommitment(secret, packet);
  const steps = drawSteps(secret, packet);
  const shares = inOrder(steps);
  const wrong = packet.claims
    .filter((claim) => shares[claim.index] !== claim.amount)
    .map(({ index, user, amount }) => ({ index, user, drawn: shares[index], given: amount }));
  const sealFits = commitment === packet.commitment.toLowerCase();
  const twice = new Set(packet.claims.map((claim) => claim.index)).size !== packet.claims.length;
  const sharesFit = wrong.length === 0 && !twice;
  return { fair: sealFits && sharesFit, verdict: 'checked', sealFits, sharesFit, commitment, shares, steps, wrong };
}

/** A server that lies about the terms must not make the client loop or throw. */
function possible({ kind, amount, count, shareMin, shareMax }: DrawTerms): boolean {
  if (count < 1 || count > COUNT_MAX || shareMin < 1n || shareMax < shareMin || amount >= U64) return false;
  const shares = BigInt(count);
  if (amount < shares * shareMin || amount > shares * shareMax) return false;
  return (
    kind === PacketKind.LUCKY || ((kind === PacketKind.EQUAL || kind === PacketKind.NAMED) && amount % shares === 0n)
  );
}

/** Rule D2. */
class RandomNumbers {
  private block = 0;
  private words: bigint[] = [];

  constructor(private readonly secret: Uint8Array) {}

  below(k: bigint): bigint {
    const limit = U64 - (U64 % k);
    for (;;) {
      const x = this.next();
      if (x < limit) return x % k;
    }
  }

  private next(): bigint {
    const ready = this.words.shift();
    if (ready !== undefined) return ready;
    const n = new DataView(new ArrayBuffer(4));
    n.setUint32(0, this.block++);
    const hash = sha256(concat(ascii('laisee.stream.v1'), this.secret, new Uint8Array(n.buffer)));
    const view = new DataView(hash.buffer, hash.byteOffset);
    this.words = [8, 16, 24].map((at) => view.getBigUint64(at));
    return view.getBigUint64(0);
  }
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function largest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smallest(...values: [bigint, ...bigint[]]): bigint {
  let least = values[0];
  for (const value of values) if (value < least) least = value;
  return least;
}
