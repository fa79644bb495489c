import { create } from '@bufbuild/protobuf';
import type { LaiseeError } from './failure.js';
import type { Delivery, HeldMessage } from './model.js';
import { type Content, ContentSchema, type Message } from './protocol.js';

/** A message the server has, as screens see it. */
export function heldMessage(message: Message, me: string, peerAcked: number, peerRead: number): HeldMessage {
  const mine = message.sender === me;
  return {
    key: mine && message.clientMsgId ? message.clientMsgId : message.id,
    conversation: message.conversation,
    seq: message.seq,
    id: message.id,
    sender: message.sender,
    mine,
    clientMsgId: message.clientMsgId,
    atMs: Number(message.atMs),
    content: message.content ?? create(ContentSchema),
    delivery: mine ? deliveryOf(message.seq, peerAcked, peerRead) : undefined,
    failure: undefined,
  };
}

export interface Outgoing {
  readonly clientMsgId: string;
  readonly conversation: string;
  readonly content: Content;
  readonly atMs: number;
  readonly failed: boolean;
  readonly failure: LaiseeError | undefined;
}

/** A message that waits to be sent, as screens see it. */
export function unsentMessage(outgoing: Outgoing, me: string): HeldMessage {
  const { clientMsgId, conversation, content, atMs, failed, failure } = outgoing;
  const delivery = failed ? 'failed' : 'sending';
  return {
    key: clientMsgId,
    conversation,
    seq: 0,
    id: '0',
    sender: me,
    mine: true,
    clientMsgId,
    atMs,
    content,
    delivery,
    failure,
  };
}

export function deliveryOf(seq: number, peerAcked: number, peerRead: number): Delivery {
  if (seq <= peerRead) return 'read';
  return seq <= peerAcked ? 'delivered' : 'sent';
}
