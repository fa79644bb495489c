import { create } from '@bufbuild/protobuf';
import { drawCommitment, drawShares } from '../draw.js';
import { toHex } from '../hex.js';
import type { StatementFilter } from '../model.js';
import { checkPacket } from '../packet-limits.js';
import {
  ConversationKind,
  Direction,
  ErrorCode,
  type Movement,
  MovementKind,
  MovementSchema,
  OrderStatus,
  type Packet,
  PacketKind,
  PacketSchema,
  PacketStatus,
} from '../protocol.js';
import type { Caller, Handlers } from './handlers.js';
import { checkPin } from './payments.js';
import { checkSuspension } from './risk.js';
import { type FakePacket, Refused, type World } from './world.js';

export const money: Handlers = {
  topUp({ world, user }, { id, amount }) {
    return world.once(`${user}/${id}`, String(amount), ErrorCode.ID_REUSED, () => {
      if (amount <= 0n) throw new Refused(ErrorCode.AMOUNT_INVALID);
      return { amount, balance: move(world, user, MovementKind.TOP_UP, amount), status: OrderStatus.SUCCEEDED };
    });
  },

  getStatement({ world, user }, { before, limit, ...filter }) {
    const lines = [...world.account(user).movements].reverse().filter((line) => fits(line, filter));
    const rest = lines.filter(({ number }) => before === '0' || before === '' || BigInt(number) < BigInt(before));
    const movements = rest.slice(0, limit || 50);
    return { movements, more: rest.length > movements.length, nextBefore: movements.at(-1)?.number ?? '0' };
  },

  sendPacket(caller, form) {
    const { world, user } = caller;
    const contents = [form.conversation, form.kind, form.amount, form.count, form.recipient, form.greeting].join('/');
    return world.once(`${user}/${form.id}`, contents, ErrorCode.ID_REUSED, () => {
      const conversation = world.conversations.get(form.conversation);
      if (!conversation || !world.activeMembers(conversation).includes(user)) throw new Refused(ErrorCode.NOT_A_MEMBER);
      const direct = conversation.kind === ConversationKind.DIRECT;
      const members = world.activeMembers(conversation);
      const wrong = checkPacket(world.settings, form, direct ? 1 : members.length);
      if (wrong !== undefined) throw new Refused(wrong);
      checkSuspension(world, user);
      if (form.amount >= world.pinRequiredFrom) checkPin(world, user, form.pin);
      if (world.account(user).balance < form.amount) throw new Refused(ErrorCode.INSUFFICIENT_FUNDS);
      const peer = members.find((member) => member !== user) ?? '0';
      const recipient = form.kind !== PacketKind.NAMED ? '0' : direct ? peer : form.recipient;
      if (form.kind === PacketKind.NAMED && !members.includes(recipient))
        throw new Refused(ErrorCode.RECIPIENT_INVALID);
      const takers = recipient !== '0' ? [recipient] : direct ? [peer] : members;
      return fund(caller, { ...form, recipient }, takers);
    });
  },

  grabPacket(caller, { packet: id }) {
    const { packet } = visible(caller, id);
    const { status, count, claimedCount } = packet;
    return { packet: id, status, left: count - claimedCount, mine: share(packet, caller.user) };
  },

  openPacket(caller, { packet: id }) {
    const { world, user } = caller;
    const found = visible(caller, id);
    const { packet, shares, takers } = found;
    const before = packet.claims.find((claim) => claim.user === user);
    if (before) return { packet: id, amount: before.amount, index: before.index, first: false };
    checkSuspension(world, user);
    if (!takers.has(user)) throw new Refused(ErrorCode.PACKET_NOT_FOR_YOU);
    if (packet.status === PacketStatus.FUNDED) throw new Refused(ErrorCode.PACKET_NOT_OPEN_YET, 100);
    if (packet.status === PacketStatus.EXPIRED) throw new Refused(ErrorCode.PACKET_EXPIRED);
    const index = packet.claims.length;
    const amount = shares[index];
    if (amount === undefined) throw new Refused(ErrorCode.PACKET_FINISHED);
    packet.claims.push({ $typeName: 'laisee.v1.Claim', user, index, amount, atMs: world.now() });
    packet.claimedCount++;
    packet.claimedAmount += amount;
    move(world, user, MovementKind.PACKET_OPENED, amount, { packet: id, counterpart: packet.sender });
    if (packet.claimedCount === packet.count) end(world, found, PacketStatus.FINISHED);
    tell(world, packet, new Set([packet.sender, user]));
    return { packet: id, amount, index, first: true };
  },

  getPacket(caller, { packet: id }) {
    const { packet } = visible(caller, id);
    return { ...packet, mine: share(packet, caller.user) };
  },

  exportPacket(caller, { packet: id }) {
    const { packet } = visible(caller, id);
    return { format: 'laisee.packet.v1', packet: { ...packet, mine: 0n } };
  },
};

type About = Partial<Pick<Movement, 'packet' | 'transfer' | 'order' | 'counterpart' | 'note'>>;

export function move(world: World, user: string, kind: MovementKind, amount: bigint, about: About = {}): bigint {
  const account = world.account(user);
  account.balance += amount;
  const number = String(account.movements.length + 1);
  const { balance } = account;
  const whom = { packet: '0', transfer: '0', order: '0', counterpart: '0', ...about };
  const movement = create(MovementSchema, { ...whom, number, atMs: world.now(), kind, amount, balance });
  account.movements.push(movement);
  world.push(user, { case: 'balanceNotice', value: { balance, movement } });
  return balance;
}

function fits({ kind, amount, atMs, note }: Movement, filter: StatementFilter): boolean {
  const { kinds, direction, fromMs, toMs, amountMin, amountMax, search } = filter;
  const size = amount < 0n ? -amount : amount;
  return (
    (!kinds?.length || kinds.includes(kind)) &&
    (!direction || direction === (amount > 0n ? Direction.IN : Direction.OUT)) &&
    (!fromMs || atMs >= fromMs) &&
    (!toMs || atMs < toMs) &&
    (!amountMin || size >= amountMin) &&
    (!amountMax || size <= amountMax) &&
    (!search || note.includes(search))
  );
}

type Form = Pick<Packet, 'conversation' | 'kind' | 'amount' | 'count' | 'recipient' | 'greeting'>;

function fund({ world, user }: Caller, form: Form, takers: readonly string[]) {
  const { conversation, kind, amount, count, recipient, greeting } = form;
  const { packetShareMin: shareMin, packetShareMax: shareMax, packetLifeMs } = world.settings;
  const terms = { kind, amount, count, shareMin, shareMax };
  const id = world.newId();
  const balance = move(world, user, MovementKind.PACKET_SENT, -amount, { packet: id, note: greeting });
  // Made from the id, so that a fake world is the same each time.
  const secret = Uint8Array.from({ length: 32 }, (_, i) => (Number(id) * 31 + i * 7) & 0xff);
  const commitment = drawCommitment(secret, terms);
  const shares = drawShares(secret, terms);
  const packet = create(PacketSchema, {
    ...{ id, sender: user, conversation, ...terms, greeting, recipient, commitment },
    status: PacketStatus.FUNDED,
    createdAtMs: world.now(),
    expiresAtMs: world.now() + packetLifeMs,
  });
  const entry: FakePacket = { packet, secret, shares, takers: new Set(takers) };
  world.packets.set(id, entry);
  world.clock.after(0, () => postCard(world, entry));
  world.clock.after(Number(packetLifeMs), () => {
    if (packet.status === PacketStatus.OPEN) end(world, entry, PacketStatus.EXPIRED);
  });
  return { packet: id, balance, commitment };
}

function postCard(world: World, { packet }: FakePacket): void {
  const conversation = world.conversations.get(packet.conversation);
  if (!conversation) return;
  const { id, kind, greeting, recipient, count } = packet;
  const value = { packet: id, kind, greeting, recipient, count };
  packet.status = PacketStatus.OPEN;
  packet.seq = world.post(conversation, packet.sender, { kind: { case: 'packet', value } }).seq;
  tell(world, packet, new Set([packet.sender]));
}

function end(world: World, { packet, secret }: FakePacket, status: PacketStatus): void {
  packet.status = status;
  packet.endedAtMs = world.now();
  packet.secret = toHex(secret);
  packet.refunded = packet.amount - packet.claimedAmount;
  if (packet.refunded > 0n)
    move(world, packet.sender, MovementKind.PACKET_REFUND, packet.refunded, { packet: packet.id });
  if (status === PacketStatus.EXPIRED)
    tell(world, packet, new Set([packet.sender, ...packet.claims.map((one) => one.user)]));
}

function tell(world: World, packet: Packet, users: ReadonlySet<string>): void {
  const { id, conversation, status, claims, count, claimedCount } = packet;
  const claim = claims.at(-1);
  const value = { packet: id, conversation, status, left: count - claimedCount, ...(claim ? { claim } : {}) };
  for (const user of users) world.push(user, { case: 'packetNotice', value });
}

function visible({ world, user }: Caller, id: string): FakePacket {
  const found = world.packets.get(id);
  if (!found) throw new Refused(ErrorCode.NO_SUCH_PACKET);
  if (found.packet.sender !== user && !found.takers.has(user)) throw new Refused(ErrorCode.PACKET_NOT_FOR_YOU);
  return found;
}

function share(packet: Packet, user: string): bigint {
  return packet.claims.find((claim) => claim.user === user)?.amount ?? 0n;
}
