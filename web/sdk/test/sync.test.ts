import { describe, expect, it } from 'vitest';
import type { SyncSegment } from '../src/index.js';
import { asked, held, Lab, link, type TestDevice, texts, unread } from './lab.js';

function segments(device: TestDevice): SyncSegment[] {
  return device.line.log.flatMap(({ way, frame }) =>
    way === 'down' && frame.body.case === 'syncSegment' ? [frame.body.value] : [],
  );
}

const synced = (device: TestDevice) => device.client.store.connection.snapshot.synced;

/** Goes on from what is stored. */
async function restarted(lab: Lab, device: TestDevice): Promise<void> {
  device.line.log.length = 0;
  await device.restart();
  await lab.clock.until(() => synced(device));
}

async function bo(settings = {}) {
  const lab = new Lab({ settings });
  const { conversation, ...people } = lab.pair();
  const say = (from: number, to: number, where = conversation) => {
    for (let seq = from; seq <= to; seq++) lab.server.say(people.ada, where, `${seq}`);
  };
  return { lab, conversation, people, say };
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => i + first);
const seqs = (device: TestDevice, conversation: string) => held(device, conversation).map(({ seq }) => seq);

describe('sync', () => {
  it('of a device that has everything is one empty segment (S1)', async () => {
    const { lab, conversation, people, say } = await bo();
    say(2, 5);
    const device = await lab.device(people.bo);
    await lab.clock.advance(1_000);
    await restarted(lab, device);
    expect(asked(device, 'sync')).toMatchObject([{ positions: [{ conversation, seq: 5 }] }]);
    expect(segments(device)).toMatchObject([{ conversations: [], pageEnd: true, nextPageToken: '' }]);
    expect(seqs(device, conversation)).toEqual(upTo(5));
  });

  it('brings only what was missed (S1)', async () => {
    const { lab, conversation, people, say } = await bo();
    const { cy } = lab.people('cy');
    const quiet = lab.server.befriend(people.bo, cy);
    say(2, 5);
    const device = await lab.device(people.bo);
    await device.client.stop();
    say(6, 8);
    await restarted(lab, device);
    const parts = segments(device).flatMap(({ conversations }) => conversations);
    expect(parts.map((part) => part.messages.map(({ seq }) => seq))).toEqual([[6, 7, 8]]);
    expect(seqs(device, conversation)).toEqual(upTo(8));
    expect(seqs(device, quiet)).toEqual([1]);
  });

  it('shows what is stored before there is a connection', async () => {
    const { lab, conversation, people, say } = await bo();
    say(2, 5);
    const device = await lab.device(people.bo);
    await device.client.stop();
    device.line.goDown();
    await device.restart();
    expect(seqs(device, conversation)).toEqual(upTo(5));
    expect(unread(device, conversation)).toBe(5);
    expect(device.client.store.me.snapshot?.name).toBe('bo');
    expect(device.client.store.settings.snapshot?.ackMessages).toBe(20);
  });

  it('comes in pages of conversations and segments of messages, newest first (S2)', async () => {
    const { lab, people, say } = await bo({ syncPageConversations: 3, syncSegmentMessages: 4 });
    const groups = upTo(7).map((n) => lab.server.group(people.ada, `group ${n}`, [people.bo]));
    for (const [i, group] of groups.entries()) {
      await lab.clock.advance(1_000);
      say(2, i + 2, group);
    }
    const device = await lab.device(people.bo);
    expect(asked(device, 'sync')).toHaveLength(3);
    expect(segments(device).length).toBeGreaterThan(8);
    for (const [i, group] of groups.entries()) expect(seqs(device, group)).toEqual(upTo(i + 2));
    const shown = device.client.store.conversations.snapshot.map(({ id }) => id);
    expect(shown.slice(0, 7)).toEqual([...groups].reverse());
    expect(shown).toHaveLength(8);
  });

  it('that is cut off goes on after the break, without holes', async () => {
    const { lab, people, say } = await bo({ syncPageConversations: 2, syncSegmentMessages: 3 });
    const groups = upTo(6).map((n) => lab.server.group(people.ada, `group ${n}`, [people.bo]));
    for (const group of groups) say(2, 9, group);
    const device = lab.offline(people.bo);
    let seen = 0;
    device.line.fate = ({ frame }) => (frame.body.case === 'syncSegment' && ++seen % 4 === 0 ? 'cut-before' : 'pass');
    await device.client.start();
    await lab.clock.until(() => synced(device));
    expect(device.line.tried.length).toBeGreaterThan(2);
    for (const group of groups) expect(seqs(device, group)).toEqual(upTo(9));
  });

  it('begins anew when its page token is no longer known (S6)', async () => {
    const { lab, people, say } = await bo({ syncPageConversations: 1 });
    const groups = upTo(3).map((n) => lab.server.group(people.ada, `group ${n}`, [people.bo]));
    for (const group of groups) say(2, 3, group);
    let refused = false;
    lab.server.refuse = (_, { body }) => {
      if (refused || body.case !== 'sync' || !body.value.pageToken) return undefined;
      refused = true;
      return 10;
    };
    const device = await lab.device(people.bo);
    expect(refused).toBe(true);
    for (const group of groups) expect(seqs(device, group)).toEqual(upTo(3));
  });

  it('is repeated while the server is busy, and only then said to be done', async () => {
    const { lab, people } = await bo();
    let asks = 0;
    lab.server.refuse = (_, { body }) => (body.case === 'sync' && asks++ < 2 ? 102 : undefined);
    const device = lab.offline(people.bo);
    let told = 0;
    device.client.on('synced', () => told++);
    await device.client.start();
    await lab.clock.until(() => link(device) === 'online');
    expect(synced(device)).toBe(false);
    await lab.clock.until(() => synced(device));
    expect([asks, told]).toEqual([3, 1]);
  });

  it('is not said to be done when it is refused, yet gaps are pulled', async () => {
    const { lab, conversation, people, say } = await bo();
    lab.server.refuse = (_, { body }) => (body.case === 'sync' ? 8 : undefined);
    const device = lab.offline(people.bo);
    await device.client.start();
    await lab.clock.advance(1_000);
    say(2, 3);
    await lab.clock.advance(1_000);
    expect(synced(device)).toBe(false);
    expect(texts(device, conversation)).toEqual(['<note>', '2', '3']);
  });

  it('runs once more when the server says that notices may be lost (C6)', async () => {
    const { lab, conversation, people, say } = await bo();
    const device = await lab.device(people.bo);
    device.line.fate = ({ frame }) => (frame.body.case === 'messageNotice' ? 'drop' : 'pass');
    say(2, 4);
    await lab.clock.advance(10);
    expect(seqs(device, conversation)).toEqual([1]);
    lab.server.askToResync(people.bo);
    await lab.clock.advance(10);
    expect(seqs(device, conversation)).toEqual(upTo(4));
  });
});

it('a sync asked for while one runs is run after it: pages already seen may be out of date', async () => {
  const { lab, conversation, people, say } = await bo({ syncPageConversations: 1 });
  const groups = upTo(3).map((n) => lab.server.group(people.ada, `group ${n}`, [people.bo]));
  const device = lab.offline(people.bo);
  let pages = 0;
  device.line.fate = ({ frame }) => {
    if (frame.body.case === 'messageNotice') return 'drop';
    if (frame.body.case !== 'syncSegment' || ++pages !== 2) return 'pass';
    for (const place of [...groups, conversation]) say(2, 2, place);
    lab.server.askToResync(people.bo);
    return 'pass';
  };
  await device.client.start();
  await lab.clock.until(() => synced(device));
  for (const place of [...groups, conversation]) expect(seqs(device, place)).toEqual([1, 2]);
});

describe('a full sync', () => {
  it('brings the last 180 days; older messages come by scrolling (S4)', async () => {
    const { lab, conversation, people, say } = await bo();
    say(2, 5);
    await lab.clock.advance(181 * 86_400_000);
    const old = lab.server.group(people.ada, 'fresh', [people.bo]);
    say(6, 8);
    const device = await lab.device(people.bo);
    await lab.clock.advance(1_000);
    expect(asked(device, 'sync')).toMatchObject([{ positions: [] }]);
    expect(seqs(device, conversation)).toEqual([6, 7, 8]);
    expect(seqs(device, old)).toEqual([1]);
    expect(unread(device, conversation)).toBe(8);
    expect(asked(device, 'getHistory')).toEqual([]);
    const loading = device.client.loadOlder(conversation);
    await lab.clock.advance(10);
    expect(await loading).toBe(false);
    expect(seqs(device, conversation)).toEqual(upTo(8));
  });

  it('shows a conversation in which nothing was said for longer, and fetches nothing of it', async () => {
    const { lab, conversation, people, say } = await bo();
    say(2, 5);
    await lab.clock.advance(181 * 86_400_000);
    const device = await lab.device(people.bo);
    await lab.clock.advance(1_000);
    expect(seqs(device, conversation)).toEqual([]);
    expect(device.client.store.messages(conversation).snapshot.hasOlder).toBe(true);
    expect(asked(device, 'getHistory')).toEqual([]);
    say(6, 6);
    await lab.clock.advance(1_000);
    expect(seqs(device, conversation)).toEqual([6]);
  });
});

describe('reload', () => {
  it('drops what lies before a hole that is not filled, in the storage too (S3)', async () => {
    const { lab, conversation, people, say } = await bo();
    say(2, 5);
    const device = await lab.device(people.bo);
    await device.client.stop();
    say(6, 1_205);
    await restarted(lab, device);
    expect(seqs(device, conversation)).toEqual(upTo(1_205, 206));
    expect(segments(device).filter(({ conversations }) => conversations.some(({ reload }) => reload))).toHaveLength(1);
    expect(await device.storage.messages(conversation, 206, 10)).toEqual([]);
    const loading = device.client.loadOlder(conversation);
    await lab.clock.advance(10);
    await loading;
    expect(seqs(device, conversation)[0]).toBe(166);
    await restarted(lab, device);
    expect(seqs(device, conversation)).toEqual(upTo(1_205, 1_166));
  });
});

describe('reload of a conversation that was held from its beginning', () => {
  it('makes its older messages loadable again', async () => {
    const { lab, conversation, people, say } = await bo();
    say(2, 1_100);
    const device = await lab.device(people.bo);
    const scrollUp = async () => {
      const loading = device.client.loadOlder(conversation);
      await lab.clock.advance(10);
      return loading;
    };
    while (await scrollUp());
    expect(seqs(device, conversation)).toEqual(upTo(1_100));
    device.line.goDown();
    await lab.clock.advance(10);
    say(1_101, 2_300);
    device.line.comeUp();
    await lab.clock.until(() => synced(device));
    expect(seqs(device, conversation)[0]).toBe(1_301);
    expect(device.client.store.messages(conversation).snapshot.hasOlder).toBe(true);
    while (await scrollUp());
    expect(seqs(device, conversation)).toEqual(upTo(2_300));
  });
});

describe('another account on the same storage', () => {
  it('sees nothing of the one before', async () => {
    const { lab, conversation, people, say } = await bo();
    say(2, 5);
    const device = await lab.device(people.bo);
    await device.client.stop();
    const { eve } = lab.people('eve');
    const other = await lab.device(eve, { storage: device.storage });
    expect(other.client.store.conversations.snapshot).toEqual([]);
    expect(held(other, conversation)).toEqual([]);
    expect(other.client.store.me.snapshot?.name).toBe('eve');
    await other.client.stop();
    expect(await device.storage.messages(conversation, 100, 100)).toEqual([]);
  });
});
