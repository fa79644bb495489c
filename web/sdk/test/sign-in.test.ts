import { afterEach, describe, expect, it, vi } from 'vitest';
import { signIn, signUp } from '../src/index.js';
import { FakeServer } from '../src/testing/index.js';

const form = { name: 'ada', displayName: 'Ada', password: 'correct horse', device: 'test' };

afterEach(() => vi.useRealTimers());

describe('signing up and in', () => {
  it('gives a token, and words a client can act on when refused', async () => {
    const door = { addresses: ['https://a.test'], fetch: new FakeServer().fetch };
    const up = await signUp(door, form);
    expect(up).toMatchObject({ user: { name: 'ada', displayName: 'Ada' }, token: expect.any(String) });
    expect((await signIn(door, form)).user?.id).toBe(up.user?.id);
    const refused = (what: Promise<unknown>, codeName: string) =>
      expect(what).rejects.toMatchObject({ codeName, local: false });
    await refused(signIn(door, { ...form, password: 'wrong' }), 'WRONG_NAME_OR_PASSWORD');
    await refused(signUp(door, form), 'NAME_TAKEN');
    await refused(signUp(door, { ...form, name: 'X' }), 'NAME_INVALID');
    await refused(signUp(door, { ...form, name: 'new', password: 'short' }), 'PASSWORD_TOO_WEAK');
  });

  it('goes to the next address when one does not answer, or only says that it cannot', async () => {
    const server = new FakeServer();
    server.addUser('ada', 'Ada', '', form.password);
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      asked.push(String(input));
      if (asked.length === 1) throw new TypeError('no route');
      const busy = { code: 'ERROR_CODE_UNAVAILABLE', message: 'starting', retryAfterMs: 100, newer: true };
      if (asked.length === 2) return new Response(JSON.stringify(busy), { status: 503 });
      if (asked.length === 3) return new Response('<html>a proxy</html>', { status: 502 });
      return server.fetch(input, init);
    };
    const addresses = ['https://a.test', 'wss://b.test/', 'http://c.test', 'https://d.test'];
    expect((await signIn({ addresses, fetch }, form)).user?.name).toBe('ada');
    expect(asked[1]).toBe('https://b.test/v1/sign-in');
  });

  it('fails when nobody answers', async () => {
    const fetch = () => Promise.reject(new TypeError('no route'));
    await expect(signIn({ addresses: ['https://a.test'], fetch }, form)).rejects.toMatchObject({ kind: 'operation' });
    await expect(signIn({ addresses: [], fetch }, form)).rejects.toMatchObject({ codeName: 'UNAVAILABLE' });
  });

  it('gives up after a time; only signing in is then tried elsewhere', async () => {
    vi.useFakeTimers();
    const silent: typeof globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const tries = async (how: typeof signUp | typeof signIn) => {
      let asked = 0;
      const fetch: typeof globalThis.fetch = (input, init) => {
        asked++;
        return silent(input, init);
      };
      const asking = how({ addresses: ['https://a.test', 'https://b.test'], fetch }, form);
      asking.catch(() => undefined);
      await vi.advanceTimersByTimeAsync(40_000);
      await expect(asking).rejects.toMatchObject({ codeName: 'DEADLINE' });
      return asked;
    };
    expect(await tries(signUp)).toBe(1);
    expect(await tries(signIn)).toBe(2);
  });
});
