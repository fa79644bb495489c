import { describe, expect, it, vi } from 'vitest';
import { LaiseeError } from '../../client/client';
import { FakeClient, transfer, user } from '../../client/testing/fake';
import { ErrorCode } from '../../client/wire';
import { mostFiles, recallForm } from './recallForm';

function form() {
  const client = new FakeClient(user('1', 'Me'));
  client.transferred.value = new Map([['7', transfer('7', {})]]);
  return { client, form: recallForm(client, '7') };
}
const file = (name: string) => new File(['x'], name, { type: 'application/pdf' });
const uploaded = (f: ReturnType<typeof form>['form']) =>
  vi.waitFor(() => expect(f.files.value.every(({ id }) => id.value !== undefined)).toBe(true));

describe('asking for a transfer back', () => {
  it('needs a reason, and takes every file that was uploaded along', async () => {
    const { client, form: f } = form();
    expect(f.ready.value).toBe(false);
    f.reason.value = ' not him ';
    expect(f.ready.value).toBe(true);
    f.add([file('a.pdf'), file('b.pdf')]);
    expect(f.ready.value).toBe(false);
    await uploaded(f);
    expect(await f.submit.run()).toBe(true);
    expect(client.calls.at(-1)).toEqual(['recallTransfer', '7', 'not him', ['id-1', 'id-2']]);
  });

  it('tells how far each upload is, and lets one that failed be tried again or left out', async () => {
    const { client, form: f } = form();
    const plain = client.onUpload;
    client.onUpload = async (_, name, onProgress) => {
      onProgress?.(0.4);
      if (name === 'big.pdf') throw new LaiseeError(ErrorCode.FILE_TOO_LARGE);
      return new Promise(() => undefined);
    };
    f.reason.value = 'why';
    f.add([file('slow.pdf'), file('big.pdf')]);
    const [slow, big] = f.files.value;
    if (!slow || !big) throw new Error('no files');
    await vi.waitFor(() => expect(big.problem.value).toMatchObject({ code: ErrorCode.FILE_TOO_LARGE }));
    expect(slow.part.value).toBe(0.4);
    f.remove(slow);
    client.onUpload = plain;
    f.again(big);
    await uploaded(f);
    expect(f.ready.value).toBe(true);
  });

  it('takes no more files than the server does', () => {
    const { form: f } = form();
    f.add(Array.from({ length: 12 }, (_, i) => file(`${i}.pdf`)));
    expect(f.files.value).toHaveLength(mostFiles);
    f.end();
  });
});
