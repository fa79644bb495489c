import { create } from '@bufbuild/protobuf';
import {
  Arrival,
  ConversationKind,
  ErrorCode,
  MovementKind,
  RecallOutcome,
  RecallSchema,
  type Transfer,
  TransferSchema,
  TransferStatus,
} from '../protocol.js';
import type { Caller, Handlers } from './handlers.js';
import { move } from './money.js';
import { checkPin } from './payments.js';
import { Refused, type World } from './world.js';

export const transfers: Handlers = {
  sendTransfer({ world, user }, form) {
    const { id, conversation, receiver, amount, note, arrival } = form;
    const contents = [conversation, receiver, amount, note, arrival].join('/');
    return world.once(`${user}/${id}`, contents, ErrorCode.ID_REUSED, () => {
      const found = world.conversations.get(conversation);
      const members = found ? world.activeMembers(found) : [];
      if (found?.kind !== ConversationKind.DIRECT || !members.includes(user) || !members.includes(receiver)) {
        throw new Refused(ErrorCode.NO_SUCH_CONVERSATION);
      }
      if (amount < world.settings.transferMin || amount > world.settings.transferMax) {
        throw new Refused(ErrorCode.AMOUNT_INVALID);
      }
      if (amount >= world.pinRequiredFrom) checkPin(world, user, form.pin);
      if (world.account(user).balance < amount) throw new Refused(ErrorCode.INSUFFICIENT_FUNDS);
      return fund(world, user, { conversation, receiver, amount, note, arrival });
    });
  },

  getTransfer: (caller, { transfer }) => visible(caller, transfer),

  acceptTransfer(caller, { transfer: id }) {
    const transfer = visible(caller, id, 'receiver');
    if (transfer.status === TransferStatus.ACCEPTED) return transfer;
    if (transfer.status === TransferStatus.FROZEN) throw new Refused(ErrorCode.TRANSFER_FROZEN);
    if (transfer.status === TransferStatus.PENDING) throw new Refused(ErrorCode.TRANSFER_NOT_ARRIVED);
    if (transfer.status !== TransferStatus.ARRIVED) throw new Refused(ErrorCode.TRANSFER_ENDED);
    const { sender, receiver, amount } = transfer;
    move(caller.world, receiver, MovementKind.TRANSFER_RECEIVED, amount, { transfer: id, counterpart: sender });
    return end(caller.world, id, TransferStatus.ACCEPTED);
  },

  returnTransfer(caller, { transfer: id }) {
    const { world } = caller;
    const { status, sender, receiver, amount } = visible(caller, id, 'receiver');
    if (status === TransferStatus.ACCEPTED) {
      if (world.account(receiver).balance < amount) throw new Refused(ErrorCode.INSUFFICIENT_FUNDS);
      move(world, receiver, MovementKind.TRANSFER_GIVEN_BACK, -amount, { transfer: id, counterpart: sender });
      move(world, sender, MovementKind.TRANSFER_REFUND, amount, { transfer: id, counterpart: receiver });
      return end(world, id, TransferStatus.GIVEN_BACK);
    }
    if (status > TransferStatus.ACCEPTED) throw new Refused(ErrorCode.TRANSFER_ENDED);
    return goBack(world, id, TransferStatus.RETURNED);
  },

  recallTransfer(caller, { transfer: id, reason, evidence }) {
    const { status, recall } = visible(caller, id, 'sender');
    if (recall) throw new Refused(ErrorCode.RECALL_REPEATED);
    if (status !== TransferStatus.PENDING) throw new Refused(ErrorCode.TRANSFER_ARRIVED);
    if (reason.length < 1 || reason.length > 500 || evidence.length > 9) throw new Refused(ErrorCode.RECALL_INVALID);
    const asked = create(RecallSchema, { askedAtMs: caller.world.now(), reason, evidence });
    return change(caller.world, id, { status: TransferStatus.FROZEN, recall: asked });
  },

  listTransfers({ world, user }, { before, limit }) {
    const mine = [...world.transfers.values()].filter(({ sender, receiver }) => sender === user || receiver === user);
    const rest = mine.reverse().filter(({ id }) => before === '0' || before === '' || BigInt(id) < BigInt(before));
    const page = rest.slice(0, limit || 20);
    return { transfers: page, more: rest.length > page.length };
  },
};

/** What an operator decides about a transfer that was asked back. */
export function decide(world: World, id: string, outcome: RecallOutcome, decisionReason: string): void {
  const transfer = get(world, id);
  const asked = transfer.recall ?? create(RecallSchema, {});
  const recall = { ...asked, outcome, decisionReason, decidedAtMs: world.now() };
  if (outcome === RecallOutcome.RETURNED) {
    change(world, id, { recall });
    goBack(world, id, TransferStatus.RECALLED);
  } else if (world.now() >= transfer.arrivesAtMs) {
    change(world, id, { recall, status: TransferStatus.PENDING });
    arrive(world, id);
  } else change(world, id, { recall, status: TransferStatus.PENDING });
}

type Form = Pick<Transfer, 'conversation' | 'receiver' | 'amount' | 'note' | 'arrival'>;

function fund(world: World, sender: string, form: Form) {
  const id = world.newId();
  const { transferShortMs, transferLongMs } = world.settings;
  const waits = { [Arrival.AT_ONCE]: 0n, [Arrival.AFTER_2_H]: transferShortMs, [Arrival.AFTER_24_H]: transferLongMs };
  const arrivesAtMs = world.now() + waits[form.arrival];
  const balance = move(world, sender, MovementKind.TRANSFER_SENT, -form.amount, {
    ...{ transfer: id, counterpart: form.receiver, note: form.note },
  });
  const times = { createdAtMs: world.now(), arrivesAtMs };
  const status = TransferStatus.FUNDED;
  world.transfers.set(id, create(TransferSchema, { id, sender, ...form, ...times, status }));
  world.clock.after(0, () => {
    const found = world.conversations.get(form.conversation);
    if (!found) return;
    const { receiver, amount, note } = form;
    const value = { transfer: id, receiver, amount, note, arrivesAtMs };
    const { seq } = world.post(found, sender, { kind: { case: 'transfer', value } });
    change(world, id, { status: TransferStatus.PENDING, seq });
    world.clock.after(Number(arrivesAtMs - world.now()), () => arrive(world, id));
  });
  return { transfer: id, balance, arrivesAtMs };
}

function arrive(world: World, id: string): void {
  if (get(world, id).status !== TransferStatus.PENDING) return;
  const acceptByMs = world.now() + world.settings.transferAcceptMs;
  change(world, id, { status: TransferStatus.ARRIVED, acceptByMs });
  world.clock.after(Number(world.settings.transferAcceptMs), () => {
    if (get(world, id).status === TransferStatus.ARRIVED) goBack(world, id, TransferStatus.EXPIRED);
  });
}

function goBack(world: World, id: string, status: TransferStatus): Transfer {
  const { sender, receiver, amount } = get(world, id);
  move(world, sender, MovementKind.TRANSFER_REFUND, amount, { transfer: id, counterpart: receiver });
  return end(world, id, status);
}

function end(world: World, id: string, status: TransferStatus): Transfer {
  return change(world, id, { status, endedAtMs: world.now() });
}

function change(world: World, id: string, part: Partial<Transfer>): Transfer {
  const transfer = create(TransferSchema, { ...get(world, id), ...part });
  world.transfers.set(id, transfer);
  for (const user of [transfer.sender, transfer.receiver]) {
    world.push(user, { case: 'transferNotice', value: { transfer } });
  }
  return transfer;
}

function get(world: World, id: string): Transfer {
  const transfer = world.transfers.get(id);
  if (!transfer) throw new Refused(ErrorCode.NO_SUCH_TRANSFER);
  return transfer;
}

function visible({ world, user }: Caller, id: string, as?: 'sender' | 'receiver'): Transfer {
  const transfer = get(world, id);
  if (transfer.sender !== user && transfer.receiver !== user) throw new Refused(ErrorCode.NO_SUCH_TRANSFER);
  if (as && transfer[as] !== user) throw new Refused(ErrorCode.TRANSFER_NOT_FOR_YOU);
  return transfer;
}
