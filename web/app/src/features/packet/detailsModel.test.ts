import { describe, expect, it } from 'vitest';
import { FakeClient, packet, user } from '../../client/testing/fake';
import { PacketKind, PacketStatus } from '../../client/wire';
import { detailsModel, luckiest } from './detailsModel';

const claims = [3n, 9n, 9n].map((amount, index) => ({ user: `${index}`, index, amount, atMs: 0n })) as never;

describe('packet details', () => {
  it('crowns the first of the largest shares, and only where there was luck in it', () => {
    expect(luckiest(packet('1', { kind: PacketKind.LUCKY, count: 3, claims }))).toBe(1);
    expect(luckiest(packet('1', { kind: PacketKind.EQUAL, count: 3, claims }))).toBeUndefined();
    expect(luckiest(packet('1', { kind: PacketKind.LUCKY, count: 1, claims }))).toBeUndefined();
  });

  it('crowns nobody before the end, and follows what happens', async () => {
    const client = new FakeClient(user('1', 'Me'));
    client.packets.set('9', packet('9', { kind: PacketKind.LUCKY, count: 4, status: PacketStatus.OPEN, claims }));
    const model = detailsModel(client, '9');
    const stop = model.start();
    await Promise.resolve();
    await Promise.resolve();
    expect(model.packet.value?.id).toBe('9');
    expect(model.best.value).toBeUndefined();
    client.packets.set('9', packet('9', { kind: PacketKind.LUCKY, count: 3, status: PacketStatus.FINISHED, claims }));
    await new Promise((done) => setTimeout(done));
    client.watchers.get('9')?.();
    await new Promise((done) => setTimeout(done));
    expect(model.ended.value).toBe(true);
    expect(model.best.value).toBe(1);
    stop();
    expect(client.watchers.size).toBe(0);
  });
});
