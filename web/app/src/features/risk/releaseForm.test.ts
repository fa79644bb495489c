import { describe, expect, it } from 'vitest';
import { LaiseeError } from '../../client/client';
import { FakeClient, user } from '../../client/testing/fake';
import { ErrorCode } from '../../client/wire';
import { releaseForm } from './releaseForm';

const refuses = (code: ErrorCode, details = {}) => Promise.reject(LaiseeError.refused(code, details));

describe('ending a suspension', () => {
  it('takes a code and then the PIN, and says how many tries of the code are left', async () => {
    const client = new FakeClient(user('1', 'Me'));
    const form = releaseForm(client);
    expect(form.codeUntilMs.value).toBeUndefined();
    await form.ask.run();
    expect(form.codesLeft.value).toBe(2);
    expect(form.codeUntilMs.value).toBeGreaterThan(Date.now());
    form.code.value = '40271';
    expect(form.ready.value).toBe(false);
    form.code.value = '402713';
    expect(form.ready.value).toBe(true);

    client.onRelease = (_, pin) => (pin ? Promise.resolve() : refuses(ErrorCode.PIN_REQUIRED));
    expect(await form.release.start()).toBe(false);
    expect(form.release.asking.value).toEqual({ why: 'required' });
    client.onRelease = () => refuses(ErrorCode.PIN_WRONG, { triesLeft: 3 });
    expect(await form.release.enter('135791')).toBe(false);
    expect(form.release.asking.value).toEqual({ why: 'wrong', triesLeft: 3 });
    expect(form.triesLeft.value, 'no code was looked at').toBeUndefined();

    client.onRelease = () => refuses(ErrorCode.RELEASE_FAILED, { triesLeft: 4 });
    expect(await form.release.enter('135790')).toBe(false);
    expect(form.release.asking.value, 'the PIN was right').toBeUndefined();
    expect(form.triesLeft.value).toBe(4);

    client.onRelease = async () => {};
    expect(await form.release.enter('135790')).toBe(true);
    expect(form.triesLeft.value).toBeUndefined();
    expect(client.calls.at(-1)).toEqual(['release', '402713', '135790']);
  });

  it('has a PIN made first where there is none', async () => {
    const client = new FakeClient(user('1', 'Me'));
    const form = releaseForm(client);
    client.onRelease = () => refuses(ErrorCode.PIN_NOT_SET);
    form.code.value = '402713';
    await form.release.start();
    expect(form.release.asking.value).toEqual({ why: 'notSet' });
    form.release.renewed();
    expect(form.release.asking.value).toEqual({ why: 'required' });
  });
});
