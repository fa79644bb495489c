import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { IndexedDbStorage, MemoryStorage, type Storage, type StorageChange } from '../src/index.js';

let made = 0;
const storages: [string, () => Storage][] = [
  ['memory', () => new MemoryStorage()],
  ['IndexedDB', () => new IndexedDbStorage(`contract-${made++}`)],
];

const bytes = (...values: number[]) => Uint8Array.from(values);
const message = (conversation: string, seq: number): StorageChange => ({
  put: 'message',
  value: { conversation, seq, bytes: bytes(seq & 0xff) },
});
const conversation = (id: string, through: number): StorageChange => ({
  put: 'conversation',
  value: { id, through, state: bytes(through), floor: 0, readWanted: 0 },
});
const outgoing = (clientMsgId: string, rank: number, failed = false): StorageChange => ({
  put: 'outgoing',
  value: { clientMsgId, conversation: '1', rank, atMs: 5, content: bytes(1), failed, errorCode: failed ? 241 : 0 },
});
const seqs = async (storage: Storage, id: string, before: number, limit: number) =>
  (await storage.messages(id, before, limit)).map(({ seq }) => seq);

describe.each(storages)('storage in %s', (_, make) => {
  it('is empty at first', async () => {
    const storage = make();
    expect(await storage.load()).toEqual({ conversations: [], outgoing: [], records: [] });
    expect(await storage.messages('1', 10, 10)).toEqual([]);
  });

  it('gives back what was put, the last one put', async () => {
    const storage = make();
    await storage.write([outgoing('a', 1), outgoing('b', 2), { put: 'record', value: { key: 'k', bytes: bytes(1) } }]);
    await storage.write([outgoing('a', 3, true), { put: 'record', value: { key: 'k', bytes: bytes(2) } }]);
    const saved = await storage.load();
    const ranks = saved.outgoing.map(({ clientMsgId, rank, failed }) => ({ clientMsgId, rank, failed }));
    expect(ranks).toEqual([
      { clientMsgId: 'a', rank: 3, failed: true },
      { clientMsgId: 'b', rank: 2, failed: false },
    ]);
    expect(saved.records).toEqual([{ key: 'k', bytes: bytes(2) }]);
    await storage.write([{ drop: 'outgoing', clientMsgId: 'a' }]);
    expect((await storage.load()).outgoing).toHaveLength(1);
  });

  it('gives the newest messages before one, rising, of one conversation', async () => {
    const storage = make();
    await storage.write([3, 1, 12, 2, 100, 11].map((seq) => message('5', seq)));
    await storage.write([message('50', 4), message('4', 9)]);
    expect(await seqs(storage, '5', 1_000, 4)).toEqual([3, 11, 12, 100]);
    expect(await seqs(storage, '5', 12, 2)).toEqual([3, 11]);
    expect(await seqs(storage, '5', 12, 100)).toEqual([1, 2, 3, 11]);
    expect(await seqs(storage, '5', 1, 100)).toEqual([]);
  });

  it('drops the messages before one, of one conversation', async () => {
    const storage = make();
    await storage.write([1, 2, 3, 4].map((seq) => message('5', seq)));
    await storage.write([message('6', 1), { drop: 'messages', conversation: '5', before: 3 }]);
    expect(await seqs(storage, '5', 100, 100)).toEqual([3, 4]);
    expect(await seqs(storage, '6', 100, 100)).toEqual([1]);
  });

  it('keeps the order of what is written together', async () => {
    const storage = make();
    await storage.write([message('5', 1), { drop: 'messages', conversation: '5', before: 9 }, message('5', 2)]);
    await storage.write([outgoing('a', 1), { drop: 'outgoing', clientMsgId: 'a' }]);
    expect(await seqs(storage, '5', 100, 100)).toEqual([2]);
    expect((await storage.load()).outgoing).toEqual([]);
  });

  it('lets no tab that is behind put a conversation back', async () => {
    const storage = make();
    await storage.write([conversation('5', 7)]);
    await storage.write([conversation('5', 6), conversation('6', 1)]);
    const kept = async () => (await storage.load()).conversations.map(({ id, through }) => [id, through]);
    expect(await kept()).toEqual([
      ['5', 7],
      ['6', 1],
    ]);
    await storage.write([conversation('5', 8)]);
    expect((await kept())[0]).toEqual(['5', 8]);
  });

  it('forgets everything when cleared', async () => {
    const storage = make();
    await storage.write([conversation('5', 7), message('5', 7), outgoing('a', 1)]);
    await storage.clear();
    expect(await storage.load()).toEqual({ conversations: [], outgoing: [], records: [] });
    expect(await seqs(storage, '5', 100, 100)).toEqual([]);
  });
});

describe('storage in IndexedDB', () => {
  it('keeps it for the next one of the same name, and from others', async () => {
    const first = new IndexedDbStorage('kept');
    await first.write([outgoing('a', 1)]);
    first.close();
    expect((await new IndexedDbStorage('kept').load()).outgoing).toHaveLength(1);
    expect((await new IndexedDbStorage('another').load()).outgoing).toEqual([]);
  });

  it('writes all or nothing', async () => {
    const storage = new IndexedDbStorage('whole');
    const unstorable = { put: 'record', value: { key: 'x', bytes: (() => 0) as unknown as Uint8Array } } as const;
    await expect(storage.write([outgoing('a', 1), unstorable, outgoing('b', 2)])).rejects.toThrow();
    expect(await storage.load()).toEqual({ conversations: [], outgoing: [], records: [] });
    await storage.write([outgoing('c', 3)]);
    expect((await storage.load()).outgoing).toHaveLength(1);
  });

  it('is opened again after it could not be', async () => {
    const { open } = indexedDB;
    indexedDB.open = () => {
      throw new DOMException('not now', 'UnknownError');
    };
    const storage = new IndexedDbStorage('later');
    await expect(storage.load()).rejects.toThrow('not now');
    indexedDB.open = open;
    expect((await storage.load()).outgoing).toEqual([]);
  });
});
