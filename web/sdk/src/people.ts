import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { Chore } from './chore.js';
import type { Device } from './device.js';
import { type Friend, FriendsSchema, Relation, type User, UserSchema } from './protocol.js';
import type { StoredRecord } from './storage.js';

/** Ids in one request; the most the protocol takes. */
const LOOK_UP_MAX = 200;
const USER_KEY = 'user/';
const FRIENDS_KEY = 'friends';

/** Who people are, who is a friend, who is online. */
export class People {
  private readonly wanted = new Set<string>();
  /** Asked for and not there: not asked for again on this connection. */
  private readonly unknown = new Set<string>();
  private readonly lookUps: Chore;
  private readonly refresh: Chore;

  constructor(private readonly device: Device) {
    this.lookUps = new Chore(device, () => this.askWanted());
    this.refresh = new Chore(device, async () => {
      await this.refreshFriends();
      return undefined;
    });
  }

  restore(records: readonly StoredRecord[]): void {
    const users = records
      .filter(({ key }) => key.startsWith(USER_KEY))
      .map(({ bytes }) => fromBinary(UserSchema, bytes));
    this.device.store.addUsers(users);
    const friends = records.find(({ key }) => key === FRIENDS_KEY);
    if (friends)
      this.device.store.friends.set({ ready: false, friends: fromBinary(FriendsSchema, friends.bytes).friends });
  }

  connected(): void {
    this.unknown.clear();
    this.refresh.want();
    if (this.wanted.size > 0) this.lookUps.want();
  }

  /** I changed how I stand with somebody: the notice of it may be lost, so the list is asked for. */
  changed(): void {
    this.refresh.want();
  }

  disconnected(): void {
    this.lookUps.callOff();
    this.refresh.callOff();
    const { store } = this.device;
    store.presence.set(new Map());
  }

  forget(): void {
    this.wanted.clear();
    this.unknown.clear();
  }

  lookUp(id: string): User | undefined {
    const known = this.device.store.users.snapshot.get(id);
    if (!known && id !== '0' && id !== '' && !this.unknown.has(id) && !this.wanted.has(id)) {
      this.wanted.add(id);
      this.lookUps.want(this.device.tempo.lookUpMs);
    }
    return known;
  }

  met(users: readonly (User | undefined)[]): void {
    const { store, persistence } = this.device;
    const standing = store.users.snapshot;
    const news = users.filter((user): user is User => user !== undefined && !sameUser(user, standing.get(user.id)));
    store.addUsers(news);
    persistence.add(
      ...news.map((user) => ({
        put: 'record' as const,
        value: { key: USER_KEY + user.id, bytes: toBinary(UserSchema, user) },
      })),
    );
  }

  async refreshFriends(): Promise<void> {
    const answer = await this.device.requests.ask('listFriends', {});
    this.met(answer.friends.map((friend) => friend.user));
    this.device.store.setOnline(answer.friends.map((friend) => [friend.user?.id ?? '0', friend.online] as const));
    this.setFriends(answer.friends, true);
  }

  friendChanged(friend: Friend): void {
    const { user } = friend;
    if (!user) return;
    const { store } = this.device;
    this.met([user]);
    if (friend.relation === Relation.FRIEND) store.setOnline([[user.id, friend.online]]);
    const others = store.friends.snapshot.friends.filter((one) => one.user?.id !== user.id);
    const all = friend.relation === Relation.NONE ? others : [...others, friend];
    this.setFriends(all, store.friends.snapshot.ready);
  }

  presenceChanged(user: string, online: boolean): void {
    const { store } = this.device;
    store.setOnline([[user, online]]);
    const { friends, ready } = store.friends.snapshot;
    if (friends.some((friend) => friend.user?.id === user && friend.online !== online)) {
      this.setFriends(
        friends.map((friend) => (friend.user?.id === user ? { ...friend, online } : friend)),
        ready,
      );
    }
  }

  private setFriends(friends: readonly Friend[], ready: boolean): void {
    this.device.store.friends.set({ ready, friends });
    const bytes = toBinary(FriendsSchema, { $typeName: 'laisee.v1.Friends', friends: [...friends] });
    this.device.persistence.add({ put: 'record', value: { key: FRIENDS_KEY, bytes } });
  }

  private async askWanted(): Promise<number | undefined> {
    const ids = [...this.wanted].slice(0, LOOK_UP_MAX);
    if (ids.length === 0) return undefined;
    const { users } = await this.device.requests.ask('getUsers', { ids }, { now: true });
    for (const id of ids) {
      this.wanted.delete(id);
      this.unknown.add(id);
    }
    for (const { id } of users) this.unknown.delete(id);
    this.met(users);
    return this.wanted.size > 0 ? 0 : undefined;
  }
}

function sameUser(a: User, b: User | undefined): boolean {
  return b !== undefined && a.name === b.name && a.displayName === b.displayName && a.face === b.face;
}
