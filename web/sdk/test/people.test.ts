import { describe, expect, it } from 'vitest';
import { Relation } from '../src/index.js';
import { asked, Lab, type TestDevice } from './lab.js';

const online = (device: TestDevice, user: string) => device.client.store.presence.snapshot.get(user) === true;
const relation = (device: TestDevice, user: string) =>
  device.client.store.friends.snapshot.friends.find((friend) => friend.user?.id === user)?.relation;

async function strangers() {
  const lab = new Lab();
  const people = lab.people('ada', 'bo');
  const ada = await lab.device(people.ada);
  const bo = await lab.device(people.bo);
  const answer = async <T>(asking: Promise<T>): Promise<T> => {
    asking.catch(() => undefined);
    await lab.clock.advance(20);
    return asking;
  };
  return { lab, people, ada, bo, answer };
}

describe('friends', () => {
  it('ask, accept, and have a conversation', async () => {
    const { people, ada, bo, answer } = await strangers();
    const found = await answer(ada.client.findUser({ name: 'bo' }));
    await answer(ada.client.requestFriend(found.id, 'hi'));
    expect([relation(ada, people.bo), relation(bo, people.ada)]).toEqual([Relation.REQUESTED, Relation.INCOMING]);
    expect(bo.client.store.friends.snapshot.friends[0]?.greeting).toBe('hi');
    const { conversation } = await answer(bo.client.answerFriend(people.ada, true));
    expect([relation(ada, people.bo), relation(bo, people.ada)]).toEqual([Relation.FRIEND, Relation.FRIEND]);
    expect(ada.client.store.conversation(conversation).snapshot).toMatchObject({ peer: people.bo });
    await answer(ada.client.removeFriend(people.bo));
    expect([relation(ada, people.bo), relation(bo, people.ada)]).toEqual([undefined, undefined]);
  });

  it('are seen right after a notice about them was lost', async () => {
    const { lab, people, ada, bo, answer } = await strangers();
    ada.line.fate = ({ frame }) => (frame.body.case === 'friendNotice' ? 'drop' : 'pass');
    await answer(ada.client.requestFriend(people.bo));
    expect(relation(ada, people.bo)).toBe(Relation.REQUESTED);
    await answer(bo.client.answerFriend(people.ada, false));
    ada.line.cut();
    await lab.clock.advance(5_000);
    expect(relation(ada, people.bo)).toBeUndefined();
  });

  it('come and go (A4)', async () => {
    const { lab, people, ada, bo } = await strangers();
    lab.server.befriend(people.ada, people.bo);
    await lab.clock.advance(10);
    expect(online(ada, people.bo)).toBe(true);
    bo.line.goDown();
    await lab.clock.advance(10);
    expect(online(ada, people.bo)).toBe(false);
    bo.line.comeUp();
    await lab.clock.until(() => online(ada, people.bo));
    expect(ada.client.store.friends.snapshot.friends[0]?.online).toBe(true);
    ada.line.goDown();
    await lab.clock.advance(10);
    expect(online(ada, people.bo), 'without a connection nobody is known to be there').toBe(false);
  });

  it('are shown from the storage before there is a connection', async () => {
    const { lab, people, ada } = await strangers();
    lab.server.befriend(people.ada, people.bo);
    await lab.clock.advance(10);
    ada.line.goDown();
    await ada.restart();
    expect(ada.client.store.friends.snapshot.ready).toBe(false);
    expect(relation(ada, people.bo)).toBe(Relation.FRIEND);
  });
});

describe('who somebody is', () => {
  it('is asked for once, many together, and kept', async () => {
    const { lab, ada } = await strangers();
    const ids = Array.from({ length: 5 }, (_, i) => lab.server.addUser(`user${i}`).id);
    for (const id of [...ids, ...ids, '0', '']) expect(ada.client.lookUp(id)).toBeUndefined();
    await lab.clock.advance(100);
    expect(ids.map((id) => ada.client.lookUp(id)?.name)).toEqual(['user0', 'user1', 'user2', 'user3', 'user4']);
    expect(asked(ada, 'getUsers')).toHaveLength(1);
    await ada.restart();
    expect(ada.client.lookUp(ids[0] ?? '')?.name).toBe('user0');
  });

  it('is asked for in portions, and not again when there is nobody', async () => {
    const { lab, ada } = await strangers();
    for (let n = 0; n < 450; n++) ada.client.lookUp(`${900_000 + n}`);
    await lab.clock.advance(100);
    expect(asked(ada, 'getUsers').map(({ ids }) => ids.length)).toEqual([200, 200, 50]);
    ada.client.lookUp('900001');
    await lab.clock.advance(100);
    expect(asked(ada, 'getUsers')).toHaveLength(3);
  });

  it('changes for oneself at once', async () => {
    const { people, ada, answer } = await strangers();
    await answer(ada.client.updateProfile('Ada L.', '🐼#E7B75F'));
    expect(ada.client.store.me.snapshot).toMatchObject({ displayName: 'Ada L.', face: '🐼#E7B75F' });
    expect(ada.client.store.users.snapshot.get(people.ada)?.displayName).toBe('Ada L.');
  });
});

describe('groups', () => {
  it('are made once, however often the same id is used', async () => {
    const { people, ada, bo, answer } = await strangers();
    const id = ada.client.newId();
    const group = await answer(ada.client.createGroup(id, 'club', [people.bo]));
    expect((await answer(ada.client.createGroup(id, 'club', [people.bo]))).id).toBe(group.id);
    expect(bo.client.store.conversations.snapshot.map(({ title }) => title)).toEqual(['club']);
  });

  it('show every change to everybody', async () => {
    const { lab, people, ada, bo, answer } = await strangers();
    const { cy } = lab.people('cy');
    const { id } = await answer(ada.client.createGroup(ada.client.newId(), 'club', [people.bo]));
    await answer(ada.client.updateGroup(id, { title: 'better club' }));
    await answer(bo.client.addMembers(id, [cy]));
    await answer(bo.client.setQuiet(id, true));
    expect(ada.client.store.conversation(id).snapshot).toMatchObject({ title: 'better club', memberCount: 3 });
    expect(bo.client.store.conversation(id).snapshot).toMatchObject({ title: 'better club', quiet: true });
    const members = await answer(ada.client.members(id));
    expect(members.map(({ user, owner, online }) => [user?.name, owner, online])).toEqual([
      ['ada', true, true],
      ['bo', false, true],
      ['cy', false, false],
    ]);
    await answer(ada.client.removeMember(id, people.bo));
    expect(bo.client.store.conversation(id).snapshot).toMatchObject({ member: false });
    await expect(answer(bo.client.updateGroup(id, { title: 'mine' }))).rejects.toMatchObject({ kind: 'refusal' });
  });

  it('list all their members, however many pages that takes', async () => {
    const { lab, people, ada, answer } = await strangers();
    const many = Array.from({ length: 1_203 }, (_, i) => lab.server.addUser(`member${i}`).id);
    const group = lab.server.group(people.ada, 'crowd', many);
    const members = await answer(ada.client.members(group));
    expect(new Set(members.map(({ user }) => user?.id)).size).toBe(1_204);
    expect(asked(ada, 'getMembers')).toHaveLength(3);
  });
});
