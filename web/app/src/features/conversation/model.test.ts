import { beforeEach, describe, expect, it } from 'vitest';
import { LaiseeError, type ShownMessage } from '../../client/client';
import { direct, FakeClient, textOf, user } from '../../client/testing/fake';
import { ErrorCode } from '../../client/wire';
import { dropDrafts } from './drafts';
import { longest, openConversation } from './model';

const said = (seq: number, sender: string): ShownMessage => ({
  key: `m${seq}`,
  seq,
  sender,
  mine: sender === '1',
  atMs: 1_000_000 + seq * 1000,
  content: textOf(`${seq}`),
  delivery: undefined,
  failure: undefined,
});

function open(unread = 0) {
  const client = new FakeClient(user('1', 'Me'));
  client.conversations.value = [direct('7', '2', { read: 3 - unread, unread })];
  client.put('7', [said(1, '2'), said(2, '2'), said(3, '2')]);
  return { client, model: openConversation(client, '7') };
}

beforeEach(() => {
  dropDrafts('1');
});

describe('a conversation', () => {
  it('sends what was written and empties the draft', () => {
    const { client, model } = open();
    model.write('  hello ');
    expect(model.canSend.value).toBe(true);
    expect(model.send()).toBe(true);
    expect(client.calls).toEqual([['sendText', '7', 'hello', {}]]);
    expect(model.draft.value).toBe('');
    expect(model.lines.value.at(-1)?.message.delivery).toBe('sending');
  });

  it('keeps a draft for its conversation until it is opened again', () => {
    const { client, model } = open();
    model.write('half a thought');
    model.stop();
    expect(openConversation(client, '7').draft.value).toBe('half a thought');
    expect(openConversation(client, '8').draft.value).toBe('');
    expect(localStorage.getItem('laisee.draft.1.7')).toBe('half a thought');
  });

  it('does not send nothing, nor more than fits, and keeps the words', () => {
    const { client, model } = open();
    expect(model.send()).toBe(false);
    model.write('福'.repeat(longest + 2));
    expect(model.tooLongBy.value).toBe(2);
    expect(model.send()).toBe(false);
    expect(model.draft.value).toHaveLength(longest + 2);
    expect(client.calls).toEqual([]);
  });

  it('does not send where one is no longer a member', () => {
    const { client, model } = open();
    client.conversations.value = [direct('7', '2', { member: false })];
    model.write('hello?');
    expect(model.send()).toBe(false);
  });

  it('reads only while the newest message is in sight', () => {
    const { client, model } = open(2);
    expect(client.calls).toEqual([]);
    expect(model.below.value).toBe(2);
    model.seeingEnd(true);
    expect(client.calls).toEqual([['markRead', '7', 3]]);
    expect(model.below.value).toBe(0);
    model.seeingEnd(false);
    client.put('7', [...client.messages('7'), said(4, '2')]);
    expect(model.below.value).toBe(1);
    expect(client.calls).toHaveLength(1);
    model.seeingEnd(true);
    expect(client.calls.at(-1)).toEqual(['markRead', '7', 4]);
    model.stop();
  });

  it('keeps the divider where it stood at opening, until one answers', () => {
    const { model } = open(2);
    model.seeingEnd(true);
    expect(model.lines.value.map((line) => line.divider)).toEqual([false, true, false]);
    model.write('answer');
    model.send();
    expect(model.lines.value.some((line) => line.divider)).toBe(false);
    model.stop();
  });

  it('answers a message once', () => {
    const { client, model } = open();
    model.reply(model.bySeq(2));
    model.write('yes');
    model.send();
    expect(client.calls).toEqual([['sendText', '7', 'yes', { replyTo: 2 }]]);
    expect(model.replyTo.value).toBeUndefined();
  });

  it('loads history once at a time', async () => {
    const { client, model } = open();
    client.older.value = new Map([['7', [said(0, '2')]]]);
    expect(model.hasOlder.value).toBe(true);
    const first = model.loadOlder();
    expect(model.loadingOlder.value).toBe(true);
    await Promise.all([first, model.loadOlder()]);
    expect(model.lines.value).toHaveLength(4);
    expect(model.hasOlder.value).toBe(false);
  });

  it('says that earlier messages did not come, and gets them at the next try', async () => {
    const { client, model } = open();
    client.older.value = new Map([['7', [said(0, '2')]]]);
    const working = client.loadOlder.bind(client);
    client.loadOlder = () => Promise.reject(new LaiseeError(ErrorCode.DEADLINE));
    await model.loadOlder();
    expect(model.olderProblem.value).toBeInstanceOf(LaiseeError);
    client.loadOlder = working;
    await model.loadOlder();
    expect(model.olderProblem.value).toBeUndefined();
    expect(model.hasOlder.value).toBe(false);
  });
});
