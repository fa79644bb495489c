import { toJsonString } from '@bufbuild/protobuf';
import { ConversationKind, CreateGroupSchema, ErrorCode, NoteKind } from '../protocol.js';
import type { Caller, Handlers } from './handlers.js';
import { type FakeConversation, newMember, Refused, seesTo, sendersBetween, type World } from './world.js';

const TEXT_MAX = 4_000;

export const chats: Handlers = {
  sendMessage(caller, { conversation: id, clientMsgId, content }) {
    const { world, user, connection } = caller;
    if (!content) throw new Refused(ErrorCode.CONTENT_INVALID);
    return world.once(`${user}/${clientMsgId}`, id, ErrorCode.ID_REUSED, () => {
      const { conversation } = mine(caller, id);
      const { kind } = content;
      if (kind.case !== 'text' && kind.case !== 'extension') throw new Refused(ErrorCode.CONTENT_INVALID);
      if (kind.case === 'text' && (kind.value.text.length < 1 || kind.value.text.length > TEXT_MAX)) {
        throw new Refused(ErrorCode.CONTENT_INVALID);
      }
      const { seq, atMs, id: messageId } = world.post(conversation, user, content, clientMsgId, connection);
      return { conversation: id, clientMsgId, id: messageId, seq, atMs };
    });
  },

  acknowledge(caller, { conversation: id, through }) {
    const { world, user } = caller;
    const { conversation, member } = mine(caller, id, true);
    if (through > seesTo(conversation, member)) throw new Refused(ErrorCode.POSITION_AHEAD);
    const fresh = Math.max(0, through - member.acked);
    world.acknowledge(
      conversation,
      user,
      Array.from({ length: fresh }, (_, i) => member.acked + 1 + i),
    );
    return { conversation: id, through };
  },

  markRead(caller, { conversation: id, through }) {
    const { world, user, connection } = caller;
    const { conversation, member } = mine(caller, id, true);
    if (through > seesTo(conversation, member)) throw new Refused(ErrorCode.POSITION_AHEAD);
    const before = member.read;
    member.read = Math.max(before, through);
    const said = { conversation: id, through: member.read, unread: world.unread(conversation, user) };
    if (member.read > before) {
      world.push(user, { case: 'readNotice', value: { ...said, user } }, connection);
      for (const [sender, seq] of sendersBetween(conversation, before, through, user)) {
        world.push(sender, { case: 'readNotice', value: { conversation: id, user, through: seq, unread: 0 } });
      }
    }
    return said;
  },

  getHistory(caller, { conversation: id, before, after, limit }) {
    const { conversation, member } = mine(caller, id, true);
    const most = Math.min(limit || 10, 100);
    const mineToSee = conversation.messages.slice(member.joined, seesTo(conversation, member));
    const fitting = mineToSee.filter((message) => (after ? message.seq > after : !before || message.seq < before));
    const messages = after ? fitting.slice(0, most) : fitting.slice(-most);
    return { messages, more: fitting.length > messages.length };
  },

  createGroup({ world, user }, question) {
    const contents = toJsonString(CreateGroupSchema, question);
    const id = world.once(`${user}/${question.clientId}`, contents, ErrorCode.ID_REUSED, () => {
      if (question.title.length < 1) throw new Refused(ErrorCode.TITLE_INVALID);
      return newGroup(world, user, question.title, question.members).id;
    });
    const conversation = world.conversations.get(id);
    return { conversation: conversation && world.seenBy(conversation, user) };
  },

  addMembers(caller, { conversation: id, users }) {
    const { conversation } = mineGroup(caller, id);
    const active = new Set(caller.world.activeMembers(conversation));
    const added = users.filter((user) => caller.world.accounts.has(user) && !active.has(user));
    for (const user of added) conversation.members.set(user, newMember(conversation.messages.length));
    if (added.length > 0) changed(caller, conversation, NoteKind.MEMBERS_ADDED, added);
    return { conversation: caller.world.seenBy(conversation, caller.user) };
  },

  removeMember(caller, { conversation: id, user }) {
    const { conversation } = mineGroup(caller, id);
    const leaving = user === caller.user;
    if (!leaving && conversation.owner !== caller.user) throw new Refused(ErrorCode.NOT_OWNER);
    if (leaving && conversation.owner === caller.user) throw new Refused(ErrorCode.OWNER_CANNOT_LEAVE);
    const member = conversation.members.get(user);
    if (member?.left === undefined && member) {
      // The note is the last thing that the leaving member sees.
      const seen = conversation.messages.length + 1;
      changed(caller, conversation, leaving ? NoteKind.MEMBER_LEFT : NoteKind.MEMBER_REMOVED, [user]);
      member.left = seen;
      caller.world.tellState(conversation, [user, ...caller.world.activeMembers(conversation)]);
    }
    return { conversation: caller.world.seenBy(conversation, caller.user) };
  },

  updateGroup(caller, { conversation: id, title, announcement }) {
    const { conversation } = mineGroup(caller, id);
    if (conversation.owner !== caller.user) throw new Refused(ErrorCode.NOT_OWNER);
    if (title === '') throw new Refused(ErrorCode.TITLE_INVALID);
    if (announcement !== undefined) conversation.announcement = announcement;
    if (title !== undefined) conversation.title = title;
    changed(caller, conversation, title === undefined ? NoteKind.ANNOUNCEMENT_CHANGED : NoteKind.TITLE_CHANGED, []);
    return { conversation: caller.world.seenBy(conversation, caller.user) };
  },

  setQuiet(caller, { conversation: id, quiet }) {
    const { conversation, member } = mine(caller, id);
    member.quiet = quiet;
    caller.world.tellState(conversation, [caller.user]);
    return { conversation: caller.world.seenBy(conversation, caller.user) };
  },

  getConversation(caller, { conversation: id }) {
    const { conversation } = mine(caller, id, true);
    return { conversation: caller.world.seenBy(conversation, caller.user) };
  },

  getMembers(caller, { conversation: id, afterUser, limit }) {
    const { world } = caller;
    const { conversation } = mine(caller, id);
    const users = world.activeMembers(conversation).sort((a, b) => Number(BigInt(a) - BigInt(b)));
    const rest = users.filter((user) => BigInt(user) > BigInt(afterUser || '0'));
    const page = rest.slice(0, limit || 500);
    return {
      members: page.map((user) => ({
        user: world.account(user).user,
        owner: conversation.owner === user,
        online: world.isOnline(user),
        acked: conversation.members.get(user)?.acked ?? 0,
        read: conversation.members.get(user)?.read ?? 0,
      })),
      more: rest.length > page.length,
    };
  },
};

export function newDirect(world: World, one: string, other: string): FakeConversation {
  const users = [one, other];
  const conversation = newConversation(world, ConversationKind.DIRECT, '', '0', users);
  note(world, conversation, NoteKind.FRIENDS_NOW, one, users);
  return conversation;
}

export function newGroup(world: World, owner: string, title: string, members: readonly string[]): FakeConversation {
  const users = [...new Set([owner, ...members])];
  for (const user of users) world.account(user);
  const conversation = newConversation(world, ConversationKind.GROUP, title, owner, users);
  note(world, conversation, NoteKind.GROUP_CREATED, owner, users);
  return conversation;
}

function newConversation(world: World, kind: ConversationKind, title: string, owner: string, users: string[]) {
  const members = new Map(users.map((user) => [user, newMember()]));
  const id = world.newId();
  const made: FakeConversation = { id, kind, title, owner, announcement: '', revision: 1, members, messages: [] };
  world.conversations.set(id, made);
  world.tellState(made, users);
  return made;
}

function note(world: World, conversation: FakeConversation, kind: NoteKind, actor: string, users: string[]): void {
  const value = { kind, actor, users, text: '' };
  const id = `note-${world.newId()}`;
  world.post(conversation, actor, { fallback: NoteKind[kind], kind: { case: 'note', value } }, id);
}

function changed(caller: Caller, conversation: FakeConversation, kind: NoteKind, users: string[]): void {
  const { world, user } = caller;
  conversation.revision++;
  note(world, conversation, kind, user, users);
  world.tellState(conversation, world.activeMembers(conversation));
}

function mine({ world, user }: Caller, id: string, evenIfLeft = false) {
  const conversation = world.conversations.get(id);
  const member = conversation?.members.get(user);
  if (!conversation || !member) throw new Refused(ErrorCode.NO_SUCH_CONVERSATION);
  if (member.left !== undefined && !evenIfLeft) throw new Refused(ErrorCode.NOT_A_MEMBER);
  return { conversation, member };
}

function mineGroup(caller: Caller, id: string) {
  const found = mine(caller, id);
  if (found.conversation.kind !== ConversationKind.GROUP) throw new Refused(ErrorCode.NOT_A_GROUP);
  return found;
}
