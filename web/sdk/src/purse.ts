import { Chore } from './chore.js';
import type { Device } from './device.js';
import { LaiseeError } from './failure.js';
import { insist } from './insist.js';
import type { PacketForm, PacketGlance } from './model.js';
import {
  type BalanceNotice,
  ErrorCode,
  type Packet,
  type PacketFunded,
  type PacketGrab,
  type PacketNotice,
  type PacketOpened,
  PacketStatus,
  type ToppedUp,
  type Wallet,
} from './protocol.js';

const MOVEMENTS_KEPT = 100;

/** The wallet and the packets: commands that are repeated safely, and what is known of either. */
export class Purse {
  private lastMovement = 0n;
  private readonly refresh: Chore;

  constructor(private readonly device: Device) {
    this.refresh = new Chore(device, async () => {
      await this.look(true);
      return undefined;
    });
  }

  /** What moved while there was no connection was not told. */
  connected(): void {
    if (this.device.store.wallet.snapshot.balance !== undefined) this.refresh.want();
  }

  disconnected(): void {
    this.refresh.callOff();
  }

  async refreshBalance(): Promise<bigint> {
    return (await this.look(false)).balance;
  }

  private async look(now: boolean): Promise<Wallet> {
    const account = await this.withBalance(() => this.device.requests.ask('getWallet', {}, { now }));
    const { wallet } = this.device.store;
    wallet.set({ ...wallet.snapshot, account });
    return account;
  }

  /** What is held or left today changed, or the PIN did: asked for again where somebody looks at it. */
  accountChanged(): void {
    if (this.device.store.wallet.snapshot.account) this.refresh.want();
  }

  topUp(id: string, amount: bigint): Promise<ToppedUp> {
    return this.withBalance(() => insist(this.device, () => this.device.requests.ask('topUp', { id, amount })));
  }

  async sendPacket(form: PacketForm): Promise<PacketFunded> {
    const answer = await this.withBalance(() =>
      insist(this.device, () => this.device.requests.ask('sendPacket', form)),
    );
    this.glance(answer.packet, { status: PacketStatus.FUNDED });
    return answer;
  }

  async grabPacket(packet: string): Promise<PacketGrab> {
    const answer = await this.device.requests.ask('grabPacket', { packet });
    this.glance(packet, answer);
    return answer;
  }

  async openPacket(packet: string): Promise<PacketOpened> {
    try {
      const answer = await insist(this.device, () => this.device.requests.ask('openPacket', { packet }), [
        ErrorCode.PACKET_NOT_OPEN_YET,
      ]);
      this.glance(packet, { mine: answer.amount });
      return answer;
    } catch (reason) {
      if (reason instanceof LaiseeError && reason.code === ErrorCode.PACKET_FINISHED) {
        this.glance(packet, { status: PacketStatus.FINISHED, left: 0 });
      }
      if (reason instanceof LaiseeError && reason.code === ErrorCode.PACKET_EXPIRED) {
        this.glance(packet, { status: PacketStatus.EXPIRED });
      }
      throw reason;
    }
  }

  async getPacket(id: string): Promise<Packet> {
    const packet = await this.device.requests.ask('getPacket', { packet: id });
    const { status, mine, count, claimedCount } = packet;
    this.glance(id, { status, mine, left: count - claimedCount });
    return packet;
  }

  balanceChanged({ balance, movement }: BalanceNotice): void {
    if (!movement) return this.setBalance(balance);
    const number = BigInt(movement.number);
    // Notices may come out of order; the balance is that of the newest line.
    if (number > this.lastMovement) {
      this.lastMovement = number;
      this.setBalance(balance);
    }
    const { wallet } = this.device.store;
    const movements = wallet.snapshot.movements;
    if (movements.some((one) => one.number === movement.number)) return;
    const all = [...movements, movement].sort((a, b) => (BigInt(a.number) < BigInt(b.number) ? 1 : -1));
    wallet.set({ ...wallet.snapshot, movements: all.slice(0, MOVEMENTS_KEPT) });
    this.device.emit('movement', movement);
    this.accountChanged();
  }

  packetChanged(notice: PacketNotice): void {
    const mine = notice.claim?.user === this.device.store.myId ? notice.claim.amount : undefined;
    this.glance(notice.packet, { status: notice.status, left: notice.left, ...(mine ? { mine } : {}) });
    this.device.emit('packet', notice);
  }

  forget(): void {
    this.lastMovement = 0n;
  }

  /** A movement told of meanwhile is at least as new as the balance answered. */
  async withBalance<T extends { readonly balance: bigint }>(ask: () => Promise<T>): Promise<T> {
    const before = this.lastMovement;
    const answer = await ask();
    if (this.lastMovement === before) this.setBalance(answer.balance);
    return answer;
  }

  private setBalance(balance: bigint): void {
    const { wallet } = this.device.store;
    wallet.set({ ...wallet.snapshot, balance });
  }

  /** Words about a packet may come out of order: nothing that has ended opens again, and no share grows back. */
  private glance(id: string, said: Partial<PacketGlance>): void {
    const { packets } = this.device.store;
    const known = packets.snapshot.get(id) ?? { status: PacketStatus.UNSPECIFIED, mine: 0n, left: undefined };
    const left =
      known.left === undefined || said.left === undefined ? (said.left ?? known.left) : Math.min(known.left, said.left);
    const next: PacketGlance = {
      status: Math.max(known.status, said.status ?? PacketStatus.UNSPECIFIED),
      mine: said.mine || known.mine,
      left,
    };
    packets.set(new Map(packets.snapshot).set(id, next));
  }
}
