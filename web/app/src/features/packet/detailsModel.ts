import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Client, DrawCheck } from '../../client/client';
import { type Packet, PacketKind, PacketStatus } from '../../client/wire';
import { type Action, action } from '../../ui/action';

export type DetailsModel = {
  readonly packet: ReadonlySignal<Packet | undefined>;
  readonly ended: ReadonlySignal<boolean>;
  /** The index of the luckiest share, once the packet has ended and there was luck in it. */
  readonly best: ReadonlySignal<number | undefined>;
  readonly check: ReadonlySignal<DrawCheck | undefined>;
  readonly load: Action<[]>;
  readonly verify: Action<[]>;
  start: () => () => void;
};

export function luckiest(packet: Packet): number | undefined {
  if (packet.kind !== PacketKind.LUCKY || packet.count < 2 || packet.claims.length === 0) return undefined;
  let found = packet.claims[0];
  for (const claim of packet.claims) if (found && claim.amount > found.amount) found = claim;
  return found?.index;
}

export function hasEnded(packet: Packet): boolean {
  return (
    packet.status === PacketStatus.FINISHED ||
    packet.status === PacketStatus.EXPIRED ||
    packet.status === PacketStatus.REFUNDED
  );
}

export function detailsModel(client: Client, id: string): DetailsModel {
  const packet = signal<Packet | undefined>(undefined);
  const check = signal<DrawCheck | undefined>(undefined);
  const load = action(async () => {
    packet.value = await client.packetDetails(id);
  });
  const verify = action(async () => {
    if (packet.value) check.value = await client.verifyDraw(packet.value);
  });
  return {
    packet,
    check,
    load,
    verify,
    ended: computed(() => packet.value !== undefined && hasEnded(packet.value)),
    best: computed(() => (packet.value && hasEnded(packet.value) ? luckiest(packet.value) : undefined)),
    start() {
      void load.run();
      return client.watchPacket(id, () => void load.run());
    },
  };
}
