import { create } from '@bufbuild/protobuf';
import { CloseCode } from '../close-code.js';
import { ErrorCode, FriendSchema, Relation } from '../protocol.js';
import { newDirect } from './chats.js';
import type { Caller, Handlers } from './handlers.js';
import { type FakeRelation, Refused, type World } from './world.js';

export const persons: Handlers = {
  findUser({ world }, { name, id }) {
    const account = [...world.accounts.values()].find(({ user }) => (name ? user.name === name : user.id === id));
    if (!account) throw new Refused(ErrorCode.NO_SUCH_USER);
    return { user: account.user };
  },

  getUsers({ world }, { ids }) {
    return { users: ids.flatMap((id) => world.accounts.get(id)?.user ?? []) };
  },

  requestFriend(caller, { user, greeting }) {
    const { world, user: me } = caller;
    if (user === me) throw new Refused(ErrorCode.NOT_YOURSELF);
    if (!world.accounts.has(user)) throw new Refused(ErrorCode.NO_SUCH_USER);
    const mine = world.account(me).relations.get(user)?.relation ?? Relation.NONE;
    if (mine === Relation.FRIEND) throw new Refused(ErrorCode.ALREADY_FRIENDS);
    if (mine === Relation.INCOMING) befriend(world, me, user);
    else if (mine === Relation.NONE) {
      relate(world, me, user, Relation.REQUESTED, '0', greeting);
      relate(world, user, me, Relation.INCOMING, '0', greeting);
    }
    return stateOf(caller, user);
  },

  answerFriend(caller, { user, accept }) {
    const { world, user: me } = caller;
    if (world.account(me).relations.get(user)?.relation !== Relation.INCOMING) {
      throw new Refused(ErrorCode.NO_SUCH_REQUEST);
    }
    if (accept) befriend(world, me, user);
    else part(world, me, user);
    return stateOf(caller, user);
  },

  removeFriend(caller, { user }) {
    const { world, user: me } = caller;
    if (world.account(me).relations.get(user)?.relation !== Relation.FRIEND) throw new Refused(ErrorCode.NOT_FRIENDS);
    part(world, me, user);
    return stateOf(caller, user);
  },

  listFriends({ world, user }) {
    const { relations } = world.account(user);
    return { friends: [...relations].map(([other, relation]) => friend(world, other, relation)) };
  },

  updateProfile({ world, user }, { displayName, face }) {
    if (displayName.length < 1 || displayName.length > 40) throw new Refused(ErrorCode.PROFILE_INVALID);
    const account = world.account(user);
    account.user = { ...account.user, displayName, face };
    return { user: account.user };
  },

  listSessions({ world, user, connection }) {
    const mine = [...world.sessions.values()].filter((session) => session.user === user);
    const sessions = mine.map(({ id, device, openedAtMs }) => ({
      ...{ id, device, openedAtMs: BigInt(openedAtMs) },
      current: id === connection.session.id,
      online: [...world.connections].some((one) => one.session.id === id),
    }));
    return { sessions };
  },

  closeSession({ world, user, connection }, { session }) {
    const id = session === '0' ? connection.session.id : session;
    const found = [...world.sessions.values()].find((one) => one.id === id && one.user === user);
    if (!found) throw new Refused(ErrorCode.NO_SUCH_SESSION);
    world.sessions.delete(found.token);
    for (const one of [...world.connections]) if (one.session.id === id) one.close(CloseCode.SIGNED_OUT);
    return {};
  },
};

/** Makes two people friends; where they talk. */
export function befriend(world: World, one: string, other: string): string {
  const before = world.account(one).relations.get(other)?.conversation ?? '0';
  const conversation = before === '0' ? newDirect(world, one, other).id : before;
  relate(world, one, other, Relation.FRIEND, conversation);
  relate(world, other, one, Relation.FRIEND, conversation);
  return conversation;
}

export function friendsOf(world: World, user: string): string[] {
  const { relations } = world.account(user);
  return [...relations].filter(([, { relation }]) => relation === Relation.FRIEND).map(([other]) => other);
}

function part(world: World, one: string, other: string): void {
  for (const [user, peer] of [
    [one, other],
    [other, one],
  ] as const) {
    const conversation = world.account(user).relations.get(peer)?.conversation ?? '0';
    relate(world, user, peer, Relation.NONE, conversation);
    world.account(user).relations.delete(peer);
  }
}

function relate(world: World, user: string, other: string, relation: Relation, conversation: string, greeting = '') {
  const entry = { relation, conversation, greeting, sinceMs: world.clock.now() };
  world.account(user).relations.set(other, entry);
  world.push(user, { case: 'friendNotice', value: { friend: friend(world, other, entry) } });
}

function friend(world: World, other: string, { relation, conversation, greeting, sinceMs }: FakeRelation) {
  return create(FriendSchema, {
    ...{ relation, conversation, greeting, sinceMs: BigInt(Math.floor(sinceMs)) },
    user: world.account(other).user,
    online: relation === Relation.FRIEND && world.isOnline(other),
  });
}

function stateOf({ world, user: me }: Caller, user: string) {
  const found = world.account(me).relations.get(user);
  return { user, relation: found?.relation ?? Relation.NONE, conversation: found?.conversation ?? '0' };
}
