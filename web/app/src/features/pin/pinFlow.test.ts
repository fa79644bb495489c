import { describe, expect, it } from 'vitest';
import { LaiseeError } from '../../client/client';
import { FakeClient, user } from '../../client/testing/fake';
import { ErrorCode } from '../../client/wire';
import { pinFlow, tooSimple } from './pinFlow';

function server(refusals: (LaiseeError | undefined)[] = []) {
  const calls: string[][] = [];
  const client = new FakeClient(user('1', 'Me'));
  client.onSetPin = async (pin, proof) => {
    calls.push([...Object.entries(proof).flat(), pin]);
    const refusal = refusals.shift();
    if (refusal) throw refusal;
  };
  return { client, calls };
}

describe('the payment PIN', () => {
  it.each(['000000', '123456', '987654'])('%s is too simple', (pin) => expect(tooSimple(pin)).toBe(true));
  it.each(['246810', '112233', '135797'])('%s is not', (pin) => expect(tooSimple(pin)).toBe(false));

  it('is set with the password, by typing it twice', async () => {
    const { client, calls } = server();
    const flow = pinFlow(client, 'set');
    await flow.proceed();
    expect(flow.step.value).toBe('password');
    flow.password.value = 'correct horse';
    await flow.proceed();
    await flow.enter('123456');
    expect(flow.trouble.value).toEqual({ why: 'simple' });
    await flow.enter('246810');
    await flow.enter('246811');
    expect(flow.trouble.value).toEqual({ why: 'differ' });
    expect(flow.step.value).toBe('new');
    await flow.enter('246810');
    await flow.enter('246810');
    expect(flow.step.value).toBe('done');
    expect(calls).toEqual([['password', 'correct horse', '246810']]);
    expect(flow.password.value).toBe('');
  });

  it('is changed with the one there is; a wrong one is asked for again, and nothing else', async () => {
    const { client, calls } = server([LaiseeError.refused(ErrorCode.PIN_WRONG, { triesLeft: 4 })]);
    const flow = pinFlow(client, 'change');
    await flow.enter('111112');
    await flow.enter('111112');
    expect(flow.trouble.value).toEqual({ why: 'same' });
    await flow.enter('246810');
    await flow.enter('246810');
    expect(flow.step.value).toBe('old');
    expect(flow.trouble.value).toEqual({ why: 'wrong', triesLeft: 4 });
    await flow.enter('111113');
    expect(flow.step.value).toBe('done');
    expect(calls.at(-1)).toEqual(['currentPin', '111113', '246810']);
  });

  it('is reset with the password; a wrong one is asked for again, and nothing else', async () => {
    const { client, calls } = server([LaiseeError.refused(ErrorCode.PASSWORD_WRONG, { triesLeft: 2 })]);
    const flow = pinFlow(client, 'reset');
    flow.password.value = 'wrong horse';
    await flow.proceed();
    await flow.enter('246810');
    await flow.enter('246810');
    expect(flow.step.value).toBe('password');
    expect(flow.trouble.value).toEqual({ why: 'wrong', triesLeft: 2 });
    flow.password.value = 'correct horse';
    await flow.proceed();
    expect(flow.step.value).toBe('done');
    expect(calls.at(-1)).toEqual(['password', 'correct horse', '246810']);
  });
});
