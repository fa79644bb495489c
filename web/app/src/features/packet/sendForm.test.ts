import { describe, expect, it } from 'vitest';
import { LaiseeError } from '../../client/client';
import { direct, FakeClient, group, user } from '../../client/testing/fake';
import { ErrorCode, PacketKind } from '../../client/wire';
import { sendForm } from './sendForm';

function form(inGroup = true, memberCount = 5, balance = 100_000n) {
  const client = new FakeClient(user('1', 'Me'));
  client.balance.value = balance;
  const conversation = inGroup ? group('7', 'G', '1', { memberCount }) : direct('7', '2');
  return { client, form: sendForm(client, conversation) };
}

describe('sending a red packet', () => {
  it('says in turn what is missing', () => {
    const { form: f } = form();
    f.count.value = '';
    expect(f.problem.value).toEqual({ why: 'noCount' });
    f.count.value = '6';
    expect(f.problem.value).toEqual({ why: 'tooMany', count: 5 });
    f.count.value = '5';
    expect(f.problem.value).toEqual({ why: 'empty' });
    expect(f.sayProblem.value).toBe(false);
    f.amount.value = '0.04';
    expect(f.problem.value).toEqual({ why: 'tooSmall', amount: 1n });
    expect(f.sayProblem.value).toBe(true);
    f.amount.value = '1000.01';
    expect(f.problem.value).toEqual({ why: 'tooLarge', amount: 20_000n });
    f.amount.value = '1000';
    expect(f.problem.value).toBeUndefined();
  });

  it('never lets more be sent than is in the wallet', () => {
    const { form: f } = form(true, 5, 500n);
    f.amount.value = '6';
    expect(f.problem.value).toEqual({ why: 'funds', amount: 100n });
  });

  it('takes the amount of each where shares are equal, so that it always divides', async () => {
    const { client, form: f } = form();
    f.kind.value = 'equal';
    f.amount.value = '1.11';
    f.count.value = '3';
    expect(f.total.value).toBe(333n);
    await f.pay.start();
    expect(client.calls[0]?.[1]).toMatchObject({ kind: PacketKind.EQUAL, amount: 333n, count: 3, recipient: '0' });
  });

  it('asks for whom in a group, and knows it in a direct conversation', async () => {
    const { form: inGroup } = form();
    inGroup.kind.value = 'named';
    inGroup.amount.value = '5';
    expect(inGroup.problem.value).toEqual({ why: 'recipient' });
    const { client, form: f } = form(false);
    f.amount.value = '5.20';
    expect(f.problem.value).toBeUndefined();
    await f.pay.start();
    expect(client.calls[0]?.[1]).toMatchObject({ kind: PacketKind.NAMED, amount: 520n, count: 1 });
  });

  it('obeys a limit that changes while somebody types', () => {
    const { client, form: f } = form();
    f.amount.value = '1000';
    expect(f.problem.value).toBeUndefined();
    client.settings.value = { ...client.settings.value, packetShareMax: 10_000n };
    expect(f.problem.value).toEqual({ why: 'tooLarge', amount: 10_000n });
    client.settings.value = { ...client.settings.value, packetShareMax: 20_000n, packetCountMax: 3 };
    expect(f.problem.value).toEqual({ why: 'tooMany', count: 3 });
  });

  it('asks for the PIN where the server says so, and pays the same packet with it', async () => {
    const { client, form: f } = form();
    f.amount.value = '888';
    client.onSendPacket = async () => {
      const sent = client.calls.at(-1)?.[1] as { pin?: string } | undefined;
      if (sent?.pin !== '246810') throw new LaiseeError(ErrorCode.PIN_REQUIRED);
      return '900';
    };
    expect(await f.pay.start()).toBe(false);
    expect(f.pay.asking.value).toEqual({ why: 'required' });
    expect(await f.pay.enter('246810')).toBe(true);
    const ids = client.calls.map((call) => (call[1] as { id: string }).id);
    expect(new Set(ids).size).toBe(1);
    expect(f.amount.value).toBe('888');
  });

  it('repeats a lost answer with the same id, and a changed form with another', async () => {
    const { client, form: f } = form();
    f.amount.value = '10';
    client.onSendPacket = () => Promise.reject(new LaiseeError(ErrorCode.DEADLINE));
    expect(await f.pay.start()).toBe(false);
    expect(f.pay.problem.value).toBeInstanceOf(LaiseeError);
    await f.pay.start();
    f.amount.value = '11';
    await f.pay.start();
    const ids = client.calls.map((call) => (call[1] as { id: string }).id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });
});
