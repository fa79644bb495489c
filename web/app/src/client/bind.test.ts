import { LaiseeClient } from '@laisee/sdk';
import { FakeServer } from '@laisee/sdk/testing';
import { effect } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bind } from './bind';
import { type Client, LaiseeError } from './client';
import { ErrorCode, PacketKind, PacketStatus, type User } from './wire';

describe('the client over the SDK', () => {
  let server: FakeServer;
  let mei: User;
  let chen: User;
  let chat: string;
  const open: Client[] = [];

  beforeEach(() => {
    server = new FakeServer();
    mei = server.addUser('mei', 'Mei');
    chen = server.addUser('chen', 'Chen');
    chat = server.befriend(mei.id, chen.id);
    server.topUp(mei.id, 10_000n);
  });
  afterEach(() => {
    for (const client of open.splice(0)) client.close();
  });

  async function device(user: User) {
    const line = server.line();
    const sdk = new LaiseeClient({ addresses: ['ws://fake'], token: server.signIn(user.id), socket: line.socket });
    const client = bind(sdk, user);
    open.push(client);
    expect(client.me.value.id).toBe(user.id);
    await sdk.start();
    await vi.waitFor(() => expect(client.ready.value).toBe(true));
    return { client, line };
  }
  const texts = (client: Client) =>
    client.messages(chat).flatMap(({ content: { kind } }) => (kind.case === 'text' ? [kind.value.text] : []));
  const delivery = (client: Client) =>
    client.messages(chat).findLast((one) => one.mine && one.content.kind.case === 'text')?.delivery;

  it('carries a message there and its marks back', async () => {
    const { client: a } = await device(mei);
    const seen: (string | undefined)[] = [];
    const stop = effect(() => {
      const now = delivery(a);
      if (now && seen.at(-1) !== now) seen.push(now);
    });
    const { client: b } = await device(chen);
    a.sendText(chat, 'hello');
    await vi.waitFor(() => expect(texts(b)).toEqual(['hello']));
    // The note that they are friends counts, too.
    expect(b.conversation(chat)?.unread).toBe(2);
    await vi.waitFor(() => expect(delivery(a)).toBe('delivered'), 3000);
    b.markRead(chat, b.messages(chat).at(-1)?.seq ?? 0);
    await vi.waitFor(() => expect(delivery(a)).toBe('read'), 3000);
    stop();
    expect(seen).toEqual(['sending', 'sent', 'delivered', 'read']);
    expect(b.conversation(chat)?.unread).toBe(0);
  });

  it('says offline while the line is down, keeps what is written, and sends it once when it is back', async () => {
    const { client: a, line } = await device(mei);
    line.goDown();
    await vi.waitFor(() => expect(a.link.value).toBe('offline'));
    expect(a.ready.value).toBe(true);
    a.sendText(chat, 'on the train');
    expect(delivery(a)).toBe('sending');
    line.comeUp();
    await vi.waitFor(() => expect(delivery(a)).toBe('sent'), 3000);
    expect(server.messages(chat).filter((one) => one.content?.kind.case === 'text')).toHaveLength(1);
  });

  it('says why the server refused a message, and lets it be thrown away', async () => {
    const { client: a } = await device(mei);
    server.refuse = (_, frame) => (frame.body.case === 'sendMessage' ? ErrorCode.NOT_FRIENDS : undefined);
    a.sendText(chat, 'hm');
    await vi.waitFor(() => expect(delivery(a)).toBe('failed'));
    const failed = a.messages(chat).findLast((one) => one.mine);
    expect(failed?.failure?.code).toBe(ErrorCode.NOT_FRIENDS);
    a.discard(failed?.key ?? '');
    expect(texts(a)).toEqual([]);
  });

  it('looks people up when a screen asks for them', async () => {
    const { client: a } = await device(mei);
    const stranger = server.addUser('zed', 'Zed');
    expect(a.user(stranger.id)).toBeUndefined();
    await vi.waitFor(() => expect(a.user(stranger.id)?.displayName).toBe('Zed'));
  });

  it('follows friends as they come and go', async () => {
    const { client: a } = await device(mei);
    await vi.waitFor(() => expect(a.friendsReady.value).toBe(true));
    expect(a.isOnline(chen.id)).toBe(false);
    await device(chen);
    await vi.waitFor(() => expect(a.isOnline(chen.id)).toBe(true));
  });

  it('sends a packet, opens it, and tells whoever watches', async () => {
    const { client: a } = await device(mei);
    const { client: b } = await device(chen);
    await a.loadBalance();
    expect(a.balance.value).toBe(10_000n);
    const packet = await a.sendPacket({
      ...{ id: a.newId(), conversation: chat, kind: PacketKind.NAMED, amount: 888n, count: 1 },
      ...{ recipient: '0', greeting: 'tea' },
    });
    expect(a.balance.value).toBe(9_112n);
    await vi.waitFor(() => expect(b.messages(chat).at(-1)?.content.kind.case).toBe('packet'));
    expect(await b.glance(packet)).toMatchObject({ status: PacketStatus.OPEN, mine: 0n });
    const watched = vi.fn();
    const stop = a.watchPacket(packet, watched);
    expect(await b.openPacket(packet)).toMatchObject({ amount: 888n, first: true });
    await vi.waitFor(() => expect(watched).toHaveBeenCalled());
    stop();
    expect(b.packet(packet)?.mine).toBe(888n);
    expect(await b.verifyDraw(await b.packetDetails(packet))).toMatchObject({ sealFits: true, sharesFit: true });
  });

  it('rejects with the reason', async () => {
    const { client: a } = await device(mei);
    await expect(a.findUser('nobody')).rejects.toBeInstanceOf(LaiseeError);
  });
});
