import { ErrorCode, PacketKind, type Settings } from './protocol.js';

export type PacketLimits = Pick<Settings, 'packetShareMin' | 'packetShareMax' | 'packetCountMax'>;

/** What the server would refuse about these numbers (rule P2); undefined: nothing. `members`: in a group, its size. */
export function checkPacket(
  limits: PacketLimits,
  form: { kind: PacketKind; amount: bigint; count: number },
  members?: number,
): ErrorCode | undefined {
  const { kind, amount, count } = form;
  const most = Math.min(limits.packetCountMax, members ?? limits.packetCountMax);
  if (!Number.isInteger(count) || count < 1 || count > most) return ErrorCode.SHARE_COUNT_INVALID;
  if (kind === PacketKind.NAMED && count !== 1) return ErrorCode.SHARE_COUNT_INVALID;
  if (amount <= 0n) return ErrorCode.AMOUNT_INVALID;
  const shares = BigInt(count);
  if (amount < shares * limits.packetShareMin || amount > shares * limits.packetShareMax) {
    return ErrorCode.SHARE_AMOUNT_INVALID;
  }
  if (kind === PacketKind.EQUAL && amount % shares !== 0n) return ErrorCode.AMOUNT_NOT_DIVISIBLE;
  return undefined;
}
