import { expect } from 'vitest';
import { journey } from '../src/journey';

journey(
  'the server is killed and started again while people chat: nothing is lost, nothing doubled',
  async ({ stage }) => {
    const mei = await stage.person('Mei');
    const chen = await stage.person('Chen');
    const chat = await mei.api.befriend(chen.api);
    await mei.api.topUp(10_000);
    await mei.signIn();
    await chen.signIn();
    await mei.openChat(chat);
    await chen.openChat(chat);

    const written: string[] = [];
    const write = async (text: string) => {
      written.push(text);
      await mei.say(text);
    };
    for (let round = 1; round <= 3; round++) {
      await write(`before ${round}`);
      await write(`just before ${round}`);
      await stage.killServer();
      await write(`while down ${round}`);
      await stage.server.run();
      await chen.sees(`while down ${round}`);
    }
    await mei.seesDelivery('while down 3', 'read');
    expect(await chen.history()).toEqual(written);
    expect(await mei.history()).toEqual(written);
    expect(await mei.api.texts(chat)).toEqual(written);

    // Money, too: killed right after a packet was sent and opened.
    await mei.on('send-packet').click();
    await mei.on('packet-amount').fill('12.34');
    await mei.on('packet-submit').click();
    await chen.card().waitFor();
    expect(await chen.openPacket()).toBe(1234);
    await stage.killServer();
    await stage.server.run();
    expect(await chen.balance()).toBe(1234);
    expect(await mei.balance()).toBe(10_000 - 1234);
    await stage.killServer();
    await stage.server.check();
  },
);
