import 'fake-indexeddb/auto';
import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { ContentSchema, ErrorCode, IndexedDbStorage, type LaiseeError } from '../src/index.js';
import type { Fate, Passing } from '../src/testing/index.js';
import { asked, held, Lab, link, type TestDevice, texts } from './lab.js';

/** What happens to the first so many answers to msg:R. */
function toAnswers(count: number, fate: Fate): (passing: Passing) => Fate {
  let left = count;
  return ({ way, frame }) => (way === 'down' && frame.body.case === 'messageSent' && left-- > 0 ? fate : 'pass');
}

const sentIds = (device: TestDevice) => asked(device, 'sendMessage').map(({ clientMsgId }) => clientMsgId);
const last = (device: TestDevice, conversation: string) => held(device, conversation).at(-1);

describe('sending', () => {
  it('repeats with the same id when no answer comes, and the server keeps one (M1, M2)', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    ada.line.fate = toAnswers(1, 'drop');
    const key = ada.client.sendText(conversation, 'once');
    await lab.clock.until(() => last(ada, conversation)?.delivery === 'sent');
    expect(sentIds(ada)).toEqual([key, key]);
    expect(lab.server.messages(conversation)).toHaveLength(2);
    expect(texts(ada, conversation)).toEqual(['<note>', 'once']);
  });

  it('waits longer before each repetition, with jitter', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada, { random: () => 1 });
    const atMs: number[] = [];
    lab.server.refuse = (_, { body }) => {
      if (body.case !== 'sendMessage') return undefined;
      atMs.push(lab.clock.now());
      return atMs.length < 5 ? ErrorCode.BUSY : undefined;
    };
    ada.client.sendText(conversation, 'patience');
    await lab.clock.until(() => last(ada, conversation)?.delivery === 'sent');
    const waits = atMs.slice(1).map((at, i) => Math.round((at - (atMs[i] ?? 0)) / 100) * 100);
    expect(waits).toEqual([3_000, 6_000, 12_000, 24_000]);
  });

  it('waits at least as long as the server asks (E1)', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    let refused = 0;
    lab.server.retryAfterMs = 20_000;
    lab.server.refuse = (_, { body }) =>
      body.case === 'sendMessage' && refused++ === 0 ? ErrorCode.RATE_LIMITED : undefined;
    ada.client.sendText(conversation, 'slowly');
    expect(await lab.clock.until(() => last(ada, conversation)?.delivery === 'sent')).toBeGreaterThan(20_000);
    expect(refused).toBe(2);
  });

  it('fails after the repetitions, and says so once (A1)', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada, { tempo: { giveUpMs: 3_600_000 } });
    lab.server.refuse = (_, { body }) => (body.case === 'sendMessage' ? ErrorCode.BUSY : undefined);
    const failures: (LaiseeError | undefined)[] = [];
    ada.client.on('send-failed', ({ failure }) => failures.push(failure));
    ada.client.sendText(conversation, 'in vain');
    await lab.clock.until(() => last(ada, conversation)?.delivery === 'failed');
    await lab.clock.advance(600_000);
    expect(sentIds(ada)).toHaveLength(6);
    expect(failures).toMatchObject([{ code: ErrorCode.BUSY }]);
  });

  it('fails without a network after a while (A1)', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    ada.line.goDown();
    await lab.clock.advance(1);
    ada.client.sendText(conversation, 'into the void');
    await lab.clock.advance(59_999);
    expect(last(ada, conversation)).toMatchObject({ delivery: 'sending' });
    await lab.clock.advance(1);
    expect(last(ada, conversation)).toMatchObject({ delivery: 'failed', failure: undefined });
    ada.line.comeUp();
    await lab.clock.until(() => ada.client.store.connection.snapshot.synced);
    await lab.clock.advance(120_000);
    expect(last(ada, conversation)).toMatchObject({ delivery: 'failed' });
    expect(lab.server.messages(conversation)).toHaveLength(1);
  });

  it('fails at once when a rule forbids it, with the reason', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    ada.client.sendText(conversation, 'x'.repeat(4_001));
    await lab.clock.advance(10);
    expect(last(ada, conversation)).toMatchObject({ delivery: 'failed', failure: { codeName: 'CONTENT_INVALID' } });
    expect(sentIds(ada)).toHaveLength(1);
  });

  it('fails at once when it is larger than a frame, and does not break the connection (T4)', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    const value = { type: 'x', body: new Uint8Array(70_000) };
    ada.client.sendContent(conversation, create(ContentSchema, { kind: { case: 'extension', value } }));
    ada.client.sendText(conversation, 'small');
    await lab.clock.advance(10);
    expect(held(ada, conversation).slice(-2)).toMatchObject([
      { delivery: 'sent' },
      { delivery: 'failed', failure: { codeName: 'TOO_LARGE', local: true } },
    ]);
    expect(ada.line.tried).toHaveLength(1);
  });

  it('uses ids by the server’s clock, whatever this device’s clock says', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const clock = { now: () => lab.clock.now() + 400 * 86_400_000, after: lab.clock.after.bind(lab.clock) };
    const ada = await lab.device(people.ada, { clock });
    const key = ada.client.sendText(conversation, 'now');
    const minted = Number.parseInt(key.replace('-', '').slice(0, 12), 16);
    expect(Math.abs(minted - lab.clock.now())).toBeLessThan(100);
  });

  it('goes on after a break, in order, without waiting for timers', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    ada.line.goDown();
    await lab.clock.advance(1);
    for (const text of ['one', 'two', 'three']) ada.client.sendText(conversation, text);
    expect(texts(ada, conversation)).toEqual(['<note>', 'one', 'two', 'three']);
    ada.line.comeUp();
    await lab.clock.until(() => link(ada) === 'online');
    await lab.clock.advance(10);
    expect(texts(ada, conversation)).toEqual(['<note>', 'one', 'two', 'three']);
    expect(held(ada, conversation).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('lets nothing overtake a message that is to be repeated', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada, { tempo: { sendWindow: 1 } });
    let refused = 0;
    lab.server.refuse = (_, { body }) => (body.case === 'sendMessage' && refused++ < 2 ? ErrorCode.BUSY : undefined);
    for (const text of ['one', 'two', 'three']) ada.client.sendText(conversation, text);
    await lab.clock.until(() => last(ada, conversation)?.delivery === 'sent');
    expect(lab.server.messages(conversation).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(texts(ada, conversation)).toEqual(['<note>', 'one', 'two', 'three']);
  });

  it('has no more under way than the window', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    ada.line.fate = ({ way, frame }) => (way === 'down' && frame.body.case === 'messageSent' ? 'drop' : 'pass');
    for (let n = 0; n < 50; n++) ada.client.sendText(conversation, `${n}`);
    await lab.clock.advance(100);
    expect(sentIds(ada)).toHaveLength(32);
    ada.line.fate = () => 'pass';
    await lab.clock.until(() => held(ada, conversation).every(({ delivery }) => delivery !== 'sending'));
    expect(lab.server.messages(conversation)).toHaveLength(51);
  });

  it('needs no answer when the message itself comes back', async () => {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    ada.line.fate = (passing) => toAnswers(1, 'cut-before')(passing);
    const key = ada.client.sendText(conversation, 'stored, but unheard of');
    await lab.clock.until(() => link(ada) === 'offline');
    ada.line.fate = () => 'pass';
    await lab.clock.until(() => ada.client.store.connection.snapshot.synced);
    await lab.clock.advance(60_000);
    expect(held(ada, conversation).map((message) => message.key)).toEqual([expect.anything(), key]);
    expect(last(ada, conversation)).toMatchObject({ delivery: 'sent', seq: 2 });
    expect(lab.server.messages(conversation)).toHaveLength(2);
  });
});

describe('trying a failed message again', () => {
  async function oneFailed() {
    const lab = new Lab();
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada);
    lab.server.refuse = (_, { body }) => (body.case === 'sendMessage' ? ErrorCode.MUTED : undefined);
    const key = ada.client.sendText(conversation, 'first');
    await lab.clock.advance(10);
    lab.server.refuse = () => undefined;
    ada.client.sendText(conversation, 'second');
    await lab.clock.advance(10);
    return { lab, ada, conversation, key };
  }

  it('keeps its id and moves to the bottom (M7)', async () => {
    const { lab, ada, conversation, key } = await oneFailed();
    expect(last(ada, conversation)).toMatchObject({ key, delivery: 'failed' });
    ada.client.sendText(conversation, 'third');
    expect(texts(ada, conversation)).toEqual(['<note>', 'second', 'first', 'third']);
    ada.client.retry(key);
    expect(texts(ada, conversation)).toEqual(['<note>', 'second', 'third', 'first']);
    await lab.clock.advance(10);
    expect(held(ada, conversation).every(({ delivery }) => delivery === 'sent')).toBe(true);
    expect(texts(ada, conversation)).toEqual(['<note>', 'second', 'third', 'first']);
    expect(lab.server.messages(conversation).at(-1)?.clientMsgId).toBe(key);
  });

  it('does nothing to what has not failed', async () => {
    const { lab, ada, conversation } = await oneFailed();
    const key = ada.client.sendText(conversation, 'on its way');
    ada.client.retry(key);
    ada.client.discard(key);
    ada.client.retry('unheard of');
    await lab.clock.advance(10);
    expect(sentIds(ada).filter((id) => id === key)).toHaveLength(1);
    expect(held(ada, conversation).filter((message) => message.key === key)).toMatchObject([{ delivery: 'sent' }]);
  });

  it('is no longer possible once it is discarded, also after a restart', async () => {
    const { lab, ada, conversation, key } = await oneFailed();
    ada.client.discard(key);
    expect(texts(ada, conversation)).toEqual(['<note>', 'second']);
    await ada.restart();
    await lab.clock.advance(1_000);
    expect(texts(ada, conversation)).toEqual(['<note>', 'second']);
  });
});

describe('the wait-ack queue in IndexedDB', () => {
  let made = 0;
  const inDatabase = () => ({ storage: new IndexedDbStorage(`queue-${made++}`) });

  it('survives a restart, and what was not known to be stored is sent once more with the same id (A1, M2)', async () => {
    const lab = new Lab({ turns: 20 });
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada, inDatabase());
    ada.line.fate = toAnswers(99, 'drop');
    const keys = ['stored', 'also stored'].map((text) => ada.client.sendText(conversation, text));
    await lab.clock.advance(50);
    expect(lab.server.messages(conversation)).toHaveLength(3);
    ada.line.goDown();
    keys.push(ada.client.sendText(conversation, 'never sent'));
    await ada.restart();
    expect(texts(ada, conversation)).toEqual(['<note>', 'stored', 'also stored', 'never sent']);
    expect(held(ada, conversation).slice(1)).toMatchObject(keys.map((key) => ({ key, delivery: 'sending' })));
    ada.line.fate = () => 'pass';
    ada.line.comeUp();
    await lab.clock.until(() => last(ada, conversation)?.delivery === 'sent');
    expect(texts(ada, conversation)).toEqual(['<note>', 'stored', 'also stored', 'never sent']);
    expect(
      lab.server
        .messages(conversation)
        .map(({ clientMsgId }) => clientMsgId)
        .slice(1),
    ).toEqual(keys);
    await ada.client.stop();
    expect((await ada.storage.load()).outgoing).toEqual([]);
  });

  it('waits for the next sign-in when the token dies', async () => {
    const lab = new Lab({ turns: 20 });
    const { conversation, ...people } = lab.pair();
    const { storage } = inDatabase();
    const former = await lab.device(people.ada, { storage });
    former.line.fate = ({ way }) => (way === 'up' ? 'drop' : 'pass');
    const key = former.client.sendText(conversation, 'unsent');
    await lab.clock.advance(10);
    lab.server.disconnect(4403);
    await lab.clock.until(() => link(former) === 'signed-out');
    expect(last(former, conversation)).toMatchObject({ key, delivery: 'sending' });
    await former.client.stop();
    const again = await lab.device(people.ada, { storage });
    await lab.clock.until(() => last(again, conversation)?.delivery === 'sent');
    expect(last(again, conversation)).toMatchObject({ key });
  });

  it('is shared by tabs: what one could not send, the other does, and neither twice', async () => {
    const lab = new Lab({ turns: 20 });
    const { conversation, ...people } = lab.pair();
    const token = lab.server.signIn(people.ada);
    const { storage } = inDatabase();
    const first = await lab.device(people.ada, { storage, token });
    first.line.goDown();
    await lab.clock.advance(10);
    const key = first.client.sendText(conversation, 'shared');
    await lab.clock.advance(10);
    const second = await lab.device(people.ada, { storage, token });
    await lab.clock.advance(100);
    expect(held(second, conversation).at(-1)).toMatchObject({ key, delivery: 'sent' });
    first.line.comeUp();
    await lab.clock.until(() => last(first, conversation)?.delivery === 'sent');
    await lab.clock.advance(1_000);
    expect(lab.server.messages(conversation)).toHaveLength(2);
    expect(texts(first, conversation)).toEqual(['<note>', 'shared']);
    expect((await storage.load()).outgoing).toEqual([]);
  });

  it('keeps failed messages and their reason over a restart', async () => {
    const lab = new Lab({ turns: 20 });
    const { conversation, ...people } = lab.pair();
    const ada = await lab.device(people.ada, inDatabase());
    lab.server.refuse = (_, { body }) => (body.case === 'sendMessage' ? ErrorCode.MUTED : undefined);
    const key = ada.client.sendText(conversation, 'not now');
    await lab.clock.advance(10);
    lab.server.refuse = () => undefined;
    await ada.restart();
    await lab.clock.advance(10_000);
    expect(last(ada, conversation)).toMatchObject({ key, delivery: 'failed', failure: { codeName: 'MUTED' } });
    ada.client.retry(key);
    await lab.clock.advance(50);
    expect(last(ada, conversation)).toMatchObject({ key, delivery: 'sent' });
  });
});

it('a client that was stopped writes nothing more to a storage that another one has', async () => {
  const lab = new Lab();
  const { conversation, ...people } = lab.pair();
  const ada = await lab.device(people.ada);
  ada.line.fate = toAnswers(99, 'drop');
  ada.client.sendText(conversation, 'on its way');
  await lab.clock.advance(10);
  await ada.restart();
  ada.line.fate = () => 'pass';
  await lab.clock.advance(300_000);
  expect(last(ada, conversation)).toMatchObject({ delivery: 'sent' });
  expect((await ada.storage.load()).outgoing).toEqual([]);
});

it('a storage that refuses is told of, and the client goes on in memory', async () => {
  const lab = new Lab();
  const { conversation, ...people } = lab.pair();
  const ada = lab.offline(people.ada);
  const reasons: unknown[] = [];
  ada.client.on('storage-failed', ({ reason }) => reasons.push(reason));
  const refuse = () => Promise.reject(new Error('disk full'));
  Object.assign(ada.storage, { load: refuse, write: refuse });
  await ada.client.start();
  await lab.clock.until(() => ada.client.store.connection.snapshot.synced);
  ada.client.sendText(conversation, 'still');
  await lab.clock.advance(10);
  expect(last(ada, conversation)).toMatchObject({ delivery: 'sent' });
  expect(reasons).toContainEqual(new Error('disk full'));
});
