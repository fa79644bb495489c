import { describe, expect, it } from 'vitest';
import type { HeldMessage } from '../src/index.js';
import type { Fate, Passing } from '../src/testing/index.js';
import { asked, held, isNotice, Lab, type TestDevice, textOf, texts, unread } from './lab.js';

const isMessage = (passing: Passing) => isNotice(passing) && passing.frame.body.case === 'messageNotice';

/** What happens to the notices of messages, one after the other. */
function toMessages(...fates: Fate[]): (passing: Passing) => Fate {
  return (passing) => (isMessage(passing) ? (fates.shift() ?? 'pass') : 'pass');
}

async function bo() {
  const lab = new Lab();
  const { conversation, ...people } = lab.pair();
  const device = await lab.device(people.bo);
  const say = (...said: string[]) => {
    for (const text of said) lab.server.say(people.ada, conversation, text);
  };
  return { lab, device, conversation, people, say };
}

function heard(device: TestDevice): string[] {
  const told: string[] = [];
  device.client.on('message', (message: HeldMessage) => told.push(textOf(message)));
  return told;
}

describe('messages come', () => {
  it('once, however often they are told of (M3, M4)', async () => {
    const { lab, device, conversation, say } = await bo();
    const told = heard(device);
    device.line.fate = (passing) => (isMessage(passing) ? 'duplicate' : 'pass');
    say('one', 'two');
    await lab.clock.advance(2_000);
    expect(texts(device, conversation)).toEqual(['<note>', 'one', 'two']);
    expect(told).toEqual(['one', 'two']);
    expect(unread(device, conversation)).toBe(3);
  });

  it('in order, whichever arrives first; a gap that closes by itself is not pulled (M6)', async () => {
    const { lab, device, conversation, say } = await bo();
    const told = heard(device);
    device.line.fate = toMessages({ delayMs: 80 }, { delayMs: 50 });
    say('one', 'two', 'three');
    await lab.clock.advance(20);
    expect(texts(device, conversation)).toEqual(['<note>']);
    await lab.clock.advance(2_000);
    expect(texts(device, conversation)).toEqual(['<note>', 'one', 'two', 'three']);
    expect(told).toEqual(['one', 'two', 'three']);
    expect(asked(device, 'getHistory')).toEqual([]);
  });

  it('also when one is lost: the gap is seen and pulled (M6)', async () => {
    const { lab, device, conversation, say } = await bo();
    device.line.fate = toMessages('drop', 'drop', 'pass');
    say('one', 'two', 'three');
    await lab.clock.advance(20);
    expect(texts(device, conversation)).toEqual(['<note>']);
    expect(unread(device, conversation)).toBe(4);
    await lab.clock.advance(200);
    expect(texts(device, conversation)).toEqual(['<note>', 'one', 'two', 'three']);
    expect(asked(device, 'getHistory')).toMatchObject([{ conversation, after: 1 }]);
  });

  it('also the very last one before a silence, by the heartbeat’s digest (C4)', async () => {
    const { lab, device, conversation, say } = await bo();
    device.line.fate = toMessages('drop');
    say('the last word');
    await lab.clock.advance(20_000);
    expect(texts(device, conversation)).toEqual(['<note>']);
    await lab.clock.advance(6_000);
    expect(texts(device, conversation)).toEqual(['<note>', 'the last word']);
  });

  it('also when the pull is answered by “busy” at first', async () => {
    const { lab, device, conversation, say } = await bo();
    let asks = 0;
    lab.server.refuse = (_, { body }) => (body.case === 'getHistory' && asks++ < 3 ? 100 : undefined);
    device.line.fate = toMessages('drop');
    say('one', 'two');
    await lab.clock.advance(60_000);
    expect(texts(device, conversation)).toEqual(['<note>', 'one', 'two']);
    expect(asks).toBe(4);
  });

  it('also from a gap longer than one pull brings', async () => {
    const { lab, device, conversation, say } = await bo();
    device.line.fate = (passing) => (isMessage(passing) ? 'drop' : 'pass');
    say(...Array.from({ length: 250 }, (_, i) => `${i}`));
    device.line.fate = () => 'pass';
    say('end');
    await lab.clock.advance(1_000);
    expect(held(device, conversation).map(({ seq }) => seq)).toEqual(Array.from({ length: 252 }, (_, i) => i + 1));
    expect(asked(device, 'getHistory')).toHaveLength(3);
  });

  it('also in a conversation never heard of before', async () => {
    const { lab, device, people } = await bo();
    const { cy } = lab.people('cy');
    device.line.fate = (passing) => (isNotice(passing) ? 'drop' : 'pass');
    const group = lab.server.group(people.ada, 'new', [people.bo, cy]);
    lab.server.say(people.ada, group, 'welcome');
    await lab.clock.advance(26_000);
    expect(texts(device, group)).toEqual(['<note>', 'welcome']);
    expect(device.client.store.conversation(group).snapshot).toMatchObject({ title: 'new', unread: 2 });
  });

  it('only from one’s joining on', async () => {
    const { lab, device, people } = await bo();
    const { cy } = lab.people('cy');
    const ada = await lab.device(people.ada);
    const group = lab.server.group(people.ada, 'old', [cy]);
    for (let i = 0; i < 5; i++) lab.server.say(cy, group, `before ${i}`);
    void ada.client.addMembers(group, [people.bo]);
    await lab.clock.advance(10);
    lab.server.say(cy, group, 'after');
    await lab.clock.advance(1_000);
    expect(texts(device, group)).toEqual(['<note>', 'after']);
    expect(held(device, group)[0]?.seq).toBe(7);
    expect(unread(device, group)).toBe(2);
    expect(device.client.store.messages(group).snapshot.hasOlder).toBe(false);
  });
});

describe('after leaving', () => {
  it('what was held stays, and nothing new comes', async () => {
    const { lab, device, people } = await bo();
    const group = lab.server.group(people.ada, 'club', [people.bo]);
    lab.server.say(people.ada, group, 'stay');
    await lab.clock.advance(10);
    void device.client.leave(group);
    await lab.clock.advance(10);
    lab.server.say(people.ada, group, 'gone');
    await lab.clock.advance(60_000);
    expect(texts(device, group)).toEqual(['<note>', 'stay', '<note>']);
    expect(device.client.store.conversation(group).snapshot).toMatchObject({ member: false, head: 3 });
    device.client.sendText(group, 'hello?');
    await lab.clock.advance(10);
    expect(held(device, group).at(-1)).toMatchObject({ delivery: 'failed', failure: { codeName: 'NOT_A_MEMBER' } });
  });
});

it('my own message from another device stands where the server put it', async () => {
  const { lab, device, conversation, people, say } = await bo();
  const told = heard(device);
  const laptop = await lab.device(people.bo);
  say('question');
  laptop.client.sendText(conversation, 'answer');
  await lab.clock.advance(10);
  expect(texts(device, conversation)).toEqual(['<note>', 'question', 'answer']);
  expect(held(device, conversation).at(-1)).toMatchObject({ mine: true, delivery: 'sent' });
  expect(told).toEqual(['question', 'answer']);
});

it('a message that waited behind my own is told of and acknowledged (M5)', async () => {
  const { lab, device, conversation, say } = await bo();
  await lab.clock.advance(1_000);
  const told = heard(device);
  device.line.fate = ({ way, frame }) =>
    way === 'down' && frame.body.case === 'messageSent' ? { delayMs: 50 } : 'pass';
  device.client.sendText(conversation, 'mine');
  await lab.clock.advance(5);
  say('theirs');
  await lab.clock.advance(2_000);
  expect(texts(device, conversation)).toEqual(['<note>', 'mine', 'theirs']);
  expect(told).toEqual(['theirs']);
  expect(asked(device, 'acknowledge').at(-1)).toMatchObject({ conversation, through: 3 });
});

describe('scrolling up', () => {
  it('brings older messages page by page, from the storage first, until there are none', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    for (let i = 2; i <= 120; i++) lab.server.say(people.ada, conversation, `${i}`);
    const device = await lab.device(people.bo);
    await device.restart();
    await lab.clock.until(() => device.client.store.connection.snapshot.synced);
    const list = () => device.client.store.messages(conversation).snapshot;
    expect(list().messages).toHaveLength(40);
    expect(list().hasOlder).toBe(true);
    const more: boolean[] = [];
    for (let page = 0; page < 3; page++) {
      const loading = device.client.loadOlder(conversation);
      expect(device.client.loadOlder(conversation)).toBe(loading);
      await lab.clock.advance(10);
      more.push(await loading);
    }
    expect(more).toEqual([true, false, false]);
    expect(list().messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    expect(asked(device, 'getHistory')).toEqual([]);
  });

  it('asks the server for what the storage has not', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    for (let i = 2; i <= 1_100; i++) lab.server.say(people.ada, conversation, `${i}`);
    const device = await lab.device(people.bo);
    expect(held(device, conversation)[0]?.seq).toBe(101);
    for (let more = true; more; ) {
      const loading = device.client.loadOlder(conversation);
      await lab.clock.advance(10);
      more = await loading;
    }
    expect(held(device, conversation)).toHaveLength(1_100);
    expect(asked(device, 'getHistory').map(({ before }) => before)).toEqual([101, 61, 21]);
  });
});
