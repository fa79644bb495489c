import { create } from '@bufbuild/protobuf';
import {
  ErrorCode,
  type Message,
  PageOrder,
  type Position,
  type SyncConversation,
  SyncConversationSchema,
} from '../protocol.js';
import type { Handlers } from './handlers.js';
import { type FakeConversation, newMember, Refused, seesTo, type World } from './world.js';

/** Most messages sent for one conversation; with more missed it is reloaded (rule S3). */
export const SYNC_MESSAGES_MAX = 1_000;
/** How far back a full sync goes (rule S4). */
const FULL_SYNC_MS = 180 * 86_400_000;
const OFFLINE_PAGE = 50;

export interface SyncPlace {
  readonly user: string;
  readonly notBefore: bigint;
  readonly rest: readonly { readonly id: string; readonly has: number }[];
}

export interface OfflinePageGiven {
  readonly user: string;
  readonly order: PageOrder;
  readonly messages: readonly Message[];
}

export const syncing: Handlers = {
  sync({ world, user }, { positions, pageToken }) {
    const notBefore = positions.length === 0 ? world.now() - BigInt(FULL_SYNC_MS) : 0n;
    const place = pageToken
      ? world.syncPages.get(pageToken)
      : { user, notBefore, rest: changed(world, user, positions) };
    if (place?.user !== user) throw new Refused(ErrorCode.BAD_PAGE_TOKEN);
    const size = world.settings.syncPageConversations;
    const parts = place.rest.slice(0, size).flatMap(({ id, has }) => {
      const conversation = world.conversations.get(id);
      return conversation ? [change(world, conversation, user, has, place.notBefore)] : [];
    });
    const rest = place.rest.slice(size);
    const nextPageToken = rest.length > 0 ? world.newId() : '';
    if (nextPageToken) world.syncPages.set(nextPageToken, { ...place, rest });
    const segments = inSegments(parts, Math.max(1, world.settings.syncSegmentMessages));
    return segments.map((conversations, i) => {
      const pageEnd = i === segments.length - 1;
      return { conversations, pageEnd, nextPageToken: pageEnd ? nextPageToken : '' };
    });
  },

  countOffline({ world, user }) {
    const conversations = [...world.conversations.values()].flatMap((conversation) => {
      const count = offline(conversation, user).length;
      return count > 0 ? [{ conversation: conversation.id, count }] : [];
    });
    return { total: conversations.reduce((sum, one) => sum + one.count, 0), conversations };
  },

  /** The token names the page it came with; asking with it acknowledges that page (rule S5). */
  pullOffline({ world, user }, { order, limit, pageToken }) {
    const given = world.offlinePages.get(pageToken);
    if (pageToken && (given?.user !== user || given.order !== order)) throw new Refused(ErrorCode.BAD_PAGE_TOKEN);
    for (const { conversation, seq } of given?.messages ?? []) {
      const found = world.conversations.get(conversation);
      if (found) world.acknowledge(found, user, [seq]);
    }
    const all = [...world.conversations.values()].flatMap((conversation) => offline(conversation, user));
    all.sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
    if (order === PageOrder.NEWEST_FIRST) all.reverse();
    const messages = all.slice(0, limit || OFFLINE_PAGE);
    const nextPageToken = messages.length > 0 ? world.newId() : '';
    if (nextPageToken) world.offlinePages.set(nextPageToken, { user, order, messages });
    return { messages, nextPageToken };
  },
};

function offline(conversation: FakeConversation, user: string) {
  const member = conversation.members.get(user);
  if (!member) return [];
  const { acked, ackedBeyond } = member;
  const missing = conversation.messages.slice(acked, seesTo(conversation, member));
  return missing.filter((message) => !ackedBeyond.has(message.seq) && message.sender !== user);
}

function changed(world: World, user: string, positions: readonly Position[]) {
  const known = new Map(positions.map((position) => [position.conversation, position]));
  const found = [...world.conversations.values()].filter((conversation) => {
    const member = conversation.members.get(user);
    if (!member) return false;
    const position = known.get(conversation.id);
    if (!position) return member.left === undefined;
    const { seq, read, revision } = position;
    return seq < seesTo(conversation, member) || read !== member.read || revision !== conversation.revision;
  });
  found.sort((a, b) => Number((b.messages.at(-1)?.atMs ?? 0n) - (a.messages.at(-1)?.atMs ?? 0n)));
  return found.map(({ id }) => ({ id, has: known.get(id)?.seq ?? 0 }));
}

function change(
  world: World,
  conversation: FakeConversation,
  user: string,
  has: number,
  notBefore: bigint,
): SyncConversation {
  const { joined, left } = conversation.members.get(user) ?? newMember();
  const missed = conversation.messages.slice(Math.max(has, joined), left);
  const messages = missed.filter((message) => message.atMs >= notBefore).slice(-SYNC_MESSAGES_MAX);
  const reload = messages.length < missed.length;
  return create(SyncConversationSchema, { conversation: world.seenBy(conversation, user), messages, reload });
}

function inSegments(parts: readonly SyncConversation[], room: number): SyncConversation[][] {
  const segments: SyncConversation[][] = [[]];
  let used = 0;
  for (const part of parts) {
    let rest = part.messages;
    let { reload } = part;
    do {
      if (used >= room) {
        segments.push([]);
        used = 0;
      }
      const messages = rest.slice(0, room - used);
      rest = rest.slice(messages.length);
      used += Math.max(1, messages.length);
      segments.at(-1)?.push({ ...part, messages, reload });
      reload = false;
    } while (rest.length > 0);
  }
  return segments;
}
