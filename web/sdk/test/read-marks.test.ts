import { describe, expect, it } from 'vitest';
import { asked, held, Lab, type TestDevice, unread } from './lab.js';

/** Two devices of bo, who has read everything so far. */
async function twoDevices() {
  const lab = new Lab();
  const { conversation, ...people } = lab.pair();
  const phone = await lab.device(people.bo);
  const laptop = await lab.device(people.bo);
  phone.client.markRead(conversation);
  await lab.clock.advance(1_000);
  const say = async (count: number) => {
    for (let n = 0; n < count; n++) lab.server.say(people.ada, conversation, `${n}`);
    await lab.clock.advance(10);
  };
  const counts = () => [unread(phone, conversation), unread(laptop, conversation)];
  return { lab, conversation, people, phone, laptop, say, counts };
}

const offline = async (lab: Lab, device: TestDevice) => {
  device.line.goDown();
  await lab.clock.advance(10);
};

const online = async (lab: Lab, device: TestDevice) => {
  device.line.comeUp();
  await lab.clock.until(() => device.client.store.connection.snapshot.synced);
  await lab.clock.advance(10);
};

describe('unread counts', () => {
  it('rise on both devices, and reading on one clears the other at once (A5, M8)', async () => {
    const { lab, conversation, phone, say, counts } = await twoDevices();
    expect(counts()).toEqual([0, 0]);
    await say(3);
    expect(counts()).toEqual([3, 3]);
    phone.client.markRead(conversation, 3);
    expect(unread(phone, conversation)).toBe(1);
    await lab.clock.advance(5);
    expect(counts()).toEqual([1, 1]);
    phone.client.markRead(conversation);
    await lab.clock.advance(5);
    expect(counts()).toEqual([0, 0]);
  });

  it('show n, not n+m, on a device that was away while m were read and n came (A5)', async () => {
    const { lab, conversation, phone, laptop, say, counts } = await twoDevices();
    await offline(lab, laptop);
    await say(4);
    phone.client.markRead(conversation);
    await lab.clock.advance(10);
    await say(2);
    expect(counts()).toEqual([2, 0]);
    await online(lab, laptop);
    expect(counts()).toEqual([2, 2]);
    expect(held(laptop, conversation)).toHaveLength(7);
  });

  it('show n also when that device was started anew meanwhile', async () => {
    const { lab, conversation, phone, laptop, say, counts } = await twoDevices();
    await say(1);
    await laptop.client.stop();
    await say(3);
    phone.client.markRead(conversation);
    await lab.clock.advance(10);
    await say(5);
    await laptop.restart();
    expect(unread(laptop, conversation)).toBe(1);
    await online(lab, laptop);
    expect(counts()).toEqual([5, 5]);
  });

  it('are cleared everywhere by sending into the conversation (M8)', async () => {
    const { lab, conversation, laptop, say, counts } = await twoDevices();
    await say(3);
    laptop.client.sendText(conversation, 'an answer');
    await lab.clock.advance(10);
    expect(counts()).toEqual([0, 0]);
    await say(1);
    expect(counts()).toEqual([1, 1]);
  });

  it('count what is known to exist, also before it is here', async () => {
    const { lab, conversation, laptop, people } = await twoDevices();
    laptop.line.fate = ({ frame }) => (frame.body.case === 'messageNotice' ? 'drop' : 'pass');
    lab.server.say(people.ada, conversation, 'lost');
    laptop.line.fate = () => 'pass';
    lab.server.say(people.ada, conversation, 'seen');
    await lab.clock.advance(10);
    expect(held(laptop, conversation)).toHaveLength(1);
    expect(unread(laptop, conversation)).toBe(2);
  });
});

describe('read marks', () => {
  it('never go backwards, nor beyond what is held', async () => {
    const { lab, conversation, phone, say } = await twoDevices();
    await say(3);
    phone.line.log.length = 0;
    phone.client.markRead(conversation, 99);
    await lab.clock.advance(10);
    phone.client.markRead(conversation, 2);
    phone.client.markRead('no such conversation');
    await lab.clock.advance(10);
    expect(asked(phone, 'markRead')).toMatchObject([{ conversation, through: 4 }]);
    expect(phone.client.store.conversation(conversation).snapshot).toMatchObject({ read: 4, unread: 0 });
  });

  it('set without a connection are shown at once, and sent later, also after a restart', async () => {
    const { lab, conversation, phone, say, counts } = await twoDevices();
    await say(3);
    await offline(lab, phone);
    phone.client.markRead(conversation);
    expect(counts()).toEqual([0, 3]);
    await phone.restart();
    expect(counts()).toEqual([0, 3]);
    await online(lab, phone);
    expect(counts()).toEqual([0, 0]);
  });

  it('are repeated until the server has them', async () => {
    const { lab, conversation, phone, say, counts } = await twoDevices();
    let asks = 0;
    lab.server.refuse = (_, { body }) => (body.case === 'markRead' && asks++ < 2 ? 102 : undefined);
    await say(1);
    phone.client.markRead(conversation);
    await lab.clock.advance(10_000);
    expect(asks).toBe(3);
    expect(counts()).toEqual([0, 0]);
  });

  it('set quickly one after the other are told together, the last one surely', async () => {
    const { lab, conversation, phone, say } = await twoDevices();
    await say(20);
    phone.line.log.length = 0;
    for (let through = 2; through <= 21; through++) phone.client.markRead(conversation, through);
    await lab.clock.advance(100);
    const marks = asked(phone, 'markRead').map(({ through }) => through);
    expect(marks.length).toBeLessThanOrEqual(2);
    expect(marks.at(-1)).toBe(21);
  });

  it('and deliveries that a break swallowed are asked for after it (C3)', async () => {
    const { lab, conversation, people, phone, laptop } = await twoDevices();
    const ada = await lab.device(people.ada);
    for (const device of [phone, laptop]) await offline(lab, device);
    ada.client.sendText(conversation, 'read me');
    await lab.clock.advance(10);
    await offline(lab, ada);
    expect(held(ada, conversation).at(-1)).toMatchObject({ delivery: 'sent' });
    await online(lab, phone);
    phone.client.markRead(conversation);
    await lab.clock.advance(1_000);
    let refused = 0;
    lab.server.refuse = (_, { body }) => (body.case === 'getConversation' && refused++ === 0 ? 100 : undefined);
    await online(lab, ada);
    await lab.clock.advance(2_000);
    expect(held(ada, conversation).at(-1)).toMatchObject({ delivery: 'read' });
    ada.line.log.length = 0;
    await ada.restart();
    await lab.clock.advance(5_000);
    expect(asked(ada, 'getConversation'), 'what is known to be read is not asked about').toEqual([]);
  });

  it('show the sender that a message was read', async () => {
    const { lab, conversation, people, phone } = await twoDevices();
    const ada = await lab.device(people.ada);
    ada.client.sendText(conversation, 'read me');
    await lab.clock.advance(1_000);
    expect(held(ada, conversation).at(-1)).toMatchObject({ delivery: 'delivered' });
    phone.client.markRead(conversation);
    await lab.clock.advance(10);
    expect(held(ada, conversation).at(-1)).toMatchObject({ delivery: 'read' });
  });
});
