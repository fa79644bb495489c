import { type DrawCheck, PacketKind, verifyDraw } from '@laisee/sdk';
import type { Packet } from '../../api/packets';

/** What is neither claimed nor given back, in fen. Zero once a packet has ended. */
export function leftOver(packet: Packet): bigint {
  return packet.amount - packet.claimedAmount - packet.refunded;
}

/** Which opening had the best luck; only said of a finished lucky packet. */
export function bestLuck(packet: Packet): number | undefined {
  if (packet.kind !== 'LUCKY' || packet.status !== 'FINISHED' || packet.claims.length < 2) return undefined;
  return packet.claims.reduce((best, claim) => (claim.amount > best.amount ? claim : best)).index;
}

/** Draws the packet again from its secret, as anybody can. */
export function checkDraw(packet: Packet): DrawCheck {
  const kind = PacketKind[packet.kind as keyof typeof PacketKind] ?? PacketKind.UNSPECIFIED;
  return verifyDraw({ ...packet, kind });
}
