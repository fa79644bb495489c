import { describe, expect, it } from 'vitest';
import { LaiseeError } from '../../client/client';
import { FakeClient, user } from '../../client/testing/fake';
import { ErrorCode } from '../../client/wire';
import { releaseForm } from './releaseForm';

describe('ending a suspension', () => {
  it('takes a code and the password, and says how many tries are left', async () => {
    const client = new FakeClient(user('1', 'Me'));
    const form = releaseForm(client);
    expect(form.codeUntilMs.value).toBeUndefined();
    await form.ask.run();
    expect(form.codesLeft.value).toBe(2);
    expect(form.codeUntilMs.value).toBeGreaterThan(Date.now());
    form.code.value = '40271';
    form.secret.value = 'correct horse';
    expect(form.ready.value).toBe(false);
    form.code.value = '402713';
    expect(form.ready.value).toBe(true);
    client.onRelease = () => Promise.reject(LaiseeError.refused(ErrorCode.RELEASE_FAILED, { triesLeft: 4 }));
    expect(await form.submit.run()).toBe(false);
    expect(form.triesLeft.value).toBe(4);
    client.onRelease = async () => {};
    expect(await form.submit.run()).toBe(true);
    expect(form.triesLeft.value).toBeUndefined();
    expect(client.calls.at(-1)).toEqual(['release', '402713', 'correct horse']);
  });
});
