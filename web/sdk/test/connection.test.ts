import { describe, expect, it } from 'vitest';
import { ErrorCode, type SocketFactory } from '../src/index.js';
import { asked, Lab, link, type TestDevice, texts } from './lab.js';

const SIGNED_OUT = 4403;
const TOO_SLOW = 4409;
const GOING_AWAY = 4503;

function retryInMs(lab: Lab, device: TestDevice): number {
  const { retryAtMs } = device.client.store.connection.snapshot;
  if (retryAtMs === undefined) throw new Error('no try is planned');
  return retryAtMs - lab.clock.now();
}

/** Waits before each of the next tries, while the line is down. */
async function waits(lab: Lab, device: TestDevice, tries: number): Promise<number[]> {
  const seen: number[] = [];
  while (seen.length < tries) {
    await lab.clock.until(() => link(device) === 'offline');
    seen.push(retryInMs(lab, device));
    await lab.clock.until(() => link(device) !== 'offline');
  }
  return seen;
}

describe('coming back', () => {
  it('waits twice as long each time, from 0.5 s to 30 s (C8)', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = lab.offline(ada, { random: () => 1 });
    device.line.goDown();
    await device.client.start();
    expect(await waits(lab, device, 8)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('waits anything between nothing and that, by chance (C8)', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const chances = [0, 0.25, 0.999];
    const device = lab.offline(ada, { random: () => chances.shift() ?? 0 });
    device.line.goDown();
    await device.client.start();
    expect(await waits(lab, device, 3)).toEqual([0, 250, 1_998]);
  });

  it('begins anew with short waits after a connection that held', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = lab.offline(ada, { random: () => 1 });
    device.line.goDown();
    await device.client.start();
    await waits(lab, device, 3);
    device.line.comeUp();
    await lab.clock.until(() => link(device) === 'online');
    device.line.cut();
    await lab.clock.until(() => link(device) === 'offline');
    expect(retryInMs(lab, device)).toBe(8_000);
    await lab.clock.until(() => link(device) === 'online');
    await lab.clock.advance(10_000);
    device.line.cut();
    await lab.clock.until(() => link(device) === 'offline');
    expect(retryInMs(lab, device)).toBe(500);
  });

  it('tries its addresses in turn (C8)', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const addresses = ['https://a.test/', 'wss://b.test', 'http://c.test'];
    const device = lab.offline(ada, { addresses });
    device.line.isDown = (address) => !address.includes('c.test');
    await device.client.start();
    await lab.clock.until(() => link(device) === 'online');
    expect(device.line.tried).toEqual(['wss://a.test/v1/ws', 'wss://b.test/v1/ws', 'ws://c.test/v1/ws']);
  });

  it('goes to the same address again, but to another one when the server is leaving (C7)', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = await lab.device(ada, { addresses: ['ws://a.test', 'ws://b.test'] });
    const again = async (code: number) => {
      lab.server.disconnect(code);
      await lab.clock.until(() => link(device) === 'offline');
      await lab.clock.until(() => link(device) === 'online');
      return device.line.tried.at(-1);
    };
    expect(await again(TOO_SLOW)).toBe('ws://a.test/v1/ws');
    expect(await again(GOING_AWAY)).toBe('ws://b.test/v1/ws');
  });

  it('passes over an address that is none', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = lab.offline(ada);
    const socket: SocketFactory = (address, protocol, events) => {
      if (address.startsWith('nonsense')) throw new SyntaxError('not an address');
      return device.line.socket(address, protocol, events);
    };
    const stubborn = await lab.device(ada, { addresses: ['nonsense', 'ws://b.test'], socket });
    expect(link(stubborn)).toBe('online');
  });

  it('gives up a connection that nobody welcomes', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = lab.offline(ada, { addresses: ['ws://a.test', 'ws://b.test'] });
    device.line.goSilent();
    await device.client.start();
    await lab.clock.advance(9_999);
    expect(link(device)).toBe('connecting');
    await lab.clock.advance(1);
    expect(link(device)).toBe('offline');
    device.line.comeUp();
    await lab.clock.until(() => link(device) === 'online');
    expect(device.line.tried.at(-1)).toBe('ws://b.test/v1/ws');
  });

  it('waits as long as a server asks that does not take it now', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = lab.offline(ada);
    lab.server.refuseHello = { code: ErrorCode.UNAVAILABLE, retryAfterMs: 7_000 };
    await device.client.start();
    await lab.clock.until(() => link(device) === 'offline');
    expect(retryInMs(lab, device)).toBe(7_000);
    lab.server.refuseHello = undefined;
    await lab.clock.until(() => link(device) === 'online');
  });
});

describe('heartbeats', () => {
  it('come as often as the server wants (C4)', async () => {
    const lab = new Lab({ settings: { heartbeatMs: 4_000 } });
    const { ada } = lab.people('ada');
    const device = await lab.device(ada);
    await lab.clock.advance(20_100);
    expect(asked(device, 'heartbeat')).toHaveLength(5);
    expect(link(device)).toBe('online');
  });

  it('show after three without an answer that nobody is there (C4)', async () => {
    const lab = new Lab({ settings: { heartbeatMs: 4_000 } });
    const { ada } = lab.people('ada');
    const device = await lab.device(ada);
    await lab.clock.advance(4_100);
    device.line.goSilent();
    await lab.clock.advance(15_000);
    expect(link(device)).toBe('online');
    await lab.clock.advance(1_000);
    expect(link(device)).not.toBe('online');
    device.line.comeUp();
    await lab.clock.until(() => device.client.store.connection.snapshot.synced);
  });
});

describe('what the host knows of its network', () => {
  it('makes a waiting client try at once', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = lab.offline(ada, { random: () => 1 });
    device.line.goDown();
    await device.client.start();
    await waits(lab, device, 6);
    await lab.clock.until(() => link(device) === 'offline');
    device.line.comeUp();
    device.client.networkChanged(true);
    expect(await lab.clock.until(() => link(device) === 'online')).toBeLessThan(10);
  });

  it('makes a connection prove itself within seconds', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = await lab.device(ada);
    device.client.networkChanged(false);
    await lab.clock.advance(6_000);
    expect(link(device)).toBe('online');
    device.line.goSilent();
    device.client.networkChanged(true);
    await lab.clock.advance(5_000);
    expect(link(device)).not.toBe('online');
  });
});

describe('signing out', () => {
  it('by the server ends it: told once, nothing is tried again (C7)', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = await lab.device(ada);
    let told = 0;
    device.client.on('signed-out', () => told++);
    lab.server.disconnect(SIGNED_OUT);
    await lab.clock.advance(120_000);
    expect(link(device)).toBe('signed-out');
    expect(device.line.tried).toHaveLength(1);
    expect(told).toBe(1);
    await expect(device.client.refreshBalance()).rejects.toMatchObject({ codeName: 'UNAUTHENTICATED' });
  });

  it('by a token that is not known ends it as well (C1, C7)', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = lab.offline(ada, { token: 'made-up' });
    await device.client.start();
    await lab.clock.until(() => link(device) === 'signed-out');
    await lab.clock.advance(120_000);
    expect(device.line.tried).toHaveLength(1);
  });

  it('from another device closes this one (A13)', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const phone = await lab.device(ada);
    const laptop = await lab.device(ada);
    const sessions = laptop.client.sessions();
    await lab.clock.advance(10);
    const other = (await sessions).find((session) => !session.current);
    void laptop.client.closeSession(other?.id ?? '');
    await lab.clock.until(() => link(phone) === 'signed-out');
    expect(link(laptop)).toBe('online');
  });

  it('by oneself forgets what was kept, and the token is dead', async () => {
    const lab = new Lab();
    const { conversation, ada, bo } = lab.pair();
    const device = await lab.device(ada);
    lab.server.say(bo, conversation, 'a secret');
    await lab.clock.advance(10);
    expect(texts(device, conversation)).toContain('a secret');
    const done = device.client.signOut();
    await lab.clock.advance(10);
    await done;
    expect(texts(device, conversation)).toEqual([]);
    expect(await device.storage.load()).toEqual({ conversations: [], outgoing: [], records: [] });
    expect(await device.storage.messages(conversation, 100, 100)).toEqual([]);
    const again = lab.offline(ada, { token: device.token });
    await again.client.start();
    await lab.clock.until(() => link(again) === 'signed-out');
  });

  it('without a connection forgets here at least', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = await lab.device(ada);
    device.line.goDown();
    const done = device.client.signOut();
    await lab.clock.advance(3_000);
    await done;
    expect(link(device)).toBe('signed-out');
    expect((await device.storage.load()).records).toEqual([]);
  });
});

describe('stopping', () => {
  it('leaves no timer behind, whatever was under way', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const device = await lab.device(people.ada);
    device.line.fate = ({ way }) => (way === 'down' ? 'drop' : 'pass');
    device.client.sendText(conversation, 'unanswered');
    device.client.markRead(conversation);
    device.client.lookUp(people.bo);
    device.client.loadOlder(conversation).catch(() => undefined);
    await lab.clock.advance(600);
    expect(lab.clock.waiting).toBeGreaterThan(0);
    await device.client.stop();
    device.client.sendText(conversation, 'too late');
    await lab.clock.advance(100);
    expect(lab.clock.waiting).toBe(0);
  });

  it('fails what is pending and tries nothing more', async () => {
    const lab = new Lab();
    const { ada } = lab.people('ada');
    const device = await lab.device(ada);
    device.line.goDown();
    await lab.clock.advance(1);
    const balance = device.client.refreshBalance();
    const packet = device.client.openPacket('1');
    await device.client.stop();
    await expect(balance).rejects.toMatchObject({ codeName: 'UNAVAILABLE' });
    await expect(packet).rejects.toMatchObject({ codeName: 'UNAVAILABLE' });
    const { length } = device.line.tried;
    device.line.comeUp();
    await lab.clock.advance(120_000);
    expect(device.line.tried).toHaveLength(length);
    expect(link(device)).toBe('closed');
  });
});
