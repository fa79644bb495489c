import { describe, expect, it } from 'vitest';
import { asked, held, Lab, link } from './lab.js';

async function bo(settings = { ackMessages: 5, ackMs: 400 }) {
  const lab = new Lab({ settings });
  const { conversation, ...people } = lab.pair();
  const device = await lab.device(people.bo);
  await lab.clock.advance(1_000);
  device.line.log.length = 0;
  const say = (count: number) => {
    for (let n = 0; n < count; n++) lab.server.say(people.ada, conversation, `${n}`);
  };
  return { lab, device, conversation, people, say };
}

describe('acknowledgements', () => {
  it('go out after so many messages, at once (M5)', async () => {
    const { lab, device, conversation, say } = await bo();
    say(5);
    await lab.clock.advance(10);
    expect(asked(device, 'acknowledge')).toMatchObject([{ conversation, through: 6 }]);
  });

  it('or after so many milliseconds from the first one, together (M5)', async () => {
    const { lab, device, conversation, say } = await bo();
    say(1);
    await lab.clock.advance(200);
    say(2);
    await lab.clock.advance(199);
    expect(asked(device, 'acknowledge')).toEqual([]);
    await lab.clock.advance(5);
    expect(asked(device, 'acknowledge')).toMatchObject([{ conversation, through: 4 }]);
    await lab.clock.advance(60_000);
    expect(asked(device, 'acknowledge')).toHaveLength(1);
  });

  it('say at the other side how far a message came', async () => {
    const { lab, people, conversation } = await bo();
    const ada = await lab.device(people.ada);
    ada.client.sendText(conversation, 'hello');
    await lab.clock.advance(100);
    expect(held(ada, conversation).at(-1)).toMatchObject({ delivery: 'sent' });
    await lab.clock.advance(500);
    expect(held(ada, conversation).at(-1)).toMatchObject({ delivery: 'delivered' });
    expect(ada.client.store.conversation(conversation).snapshot).toMatchObject({ peerAcked: 2, peerRead: 0 });
  });

  it('wait until what they speak of is stored', async () => {
    const { lab, device, say } = await bo();
    const { storage } = device;
    const write = storage.write.bind(storage);
    storage.write = async (changes) => {
      await new Promise<void>((resolve) => lab.clock.after(3_000, resolve));
      await write(changes);
    };
    say(5);
    // The first message is written alone, the others together.
    await lab.clock.advance(5_900);
    expect(asked(device, 'acknowledge')).toEqual([]);
    await lab.clock.advance(200);
    expect(asked(device, 'acknowledge')).toHaveLength(1);
    await lab.clock.advance(10_000);
    storage.write = write;
  });

  it('are repeated until they are answered', async () => {
    const { lab, device, say } = await bo();
    let asks = 0;
    lab.server.refuse = (_, { body }) => (body.case === 'acknowledge' && asks++ < 3 ? 100 : undefined);
    say(1);
    await lab.clock.advance(30_000);
    expect(asks).toBe(4);
    expect(device.client.store.connection.snapshot.link).toBe('online');
  });

  it('are not repeated when they are refused', async () => {
    const { lab, device, say } = await bo();
    lab.server.refuse = (_, { body }) => (body.case === 'acknowledge' ? 246 : undefined);
    say(1);
    await lab.clock.advance(60_000);
    expect(asked(device, 'acknowledge')).toHaveLength(1);
  });

  it('that a break kept from going out go out after it', async () => {
    const { lab, device, conversation, say } = await bo();
    say(2);
    await lab.clock.advance(100);
    device.line.cut();
    await lab.clock.until(() => link(device) === 'offline');
    expect(asked(device, 'acknowledge')).toEqual([]);
    await lab.clock.advance(5_000);
    expect(asked(device, 'acknowledge')).toMatchObject([{ conversation, through: 3 }]);
  });

  it('are not needed for what this device sent itself', async () => {
    const { lab, device, conversation } = await bo();
    device.client.sendText(conversation, 'mine');
    await lab.clock.advance(60_000);
    expect(asked(device, 'acknowledge')).toEqual([]);
  });
});

it('pulling offline messages page by page acknowledges each page by asking for the next (S5)', async () => {
  const { lab, device, conversation, people } = await bo({ ackMessages: 1_000, ackMs: 3_600_000 });
  const { cy } = lab.people('cy');
  const other = lab.server.befriend(people.bo, cy);
  for (let n = 0; n < 3; n++) {
    lab.server.say(people.ada, conversation, `a${n}`);
    lab.server.say(cy, other, `c${n}`);
  }
  const ask = async <T>(asking: Promise<T>) => {
    await lab.clock.advance(10);
    return asking;
  };
  const total = async () => (await ask(device.client.countOffline())).total;
  expect(await total()).toBe(7);
  let token = '';
  const sizes: number[] = [];
  do {
    const page = await ask(device.client.pullOffline(1, 4, token));
    sizes.push(page.messages.length);
    token = page.nextPageToken;
  } while (token);
  expect(sizes).toEqual([4, 3, 0]);
  expect(await total()).toBe(0);
});
