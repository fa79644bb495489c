import { afterEach, describe, expect, it, vi } from 'vitest';
import { Files } from '../src/files.js';
import { ErrorCode, LaiseeClient, LaiseeError } from '../src/index.js';
import type { FileCarrier, Platform } from '../src/platform.js';

const file = new Blob(['a picture']);
const uploaded = { id: '7' } as never;

/** Files over three servers, of which each does what the test says. */
function over(upload: (address: string) => Promise<never>) {
  const asked: string[] = [];
  const carrier = {
    uploadFile: ({ address, token }) => {
      expect(token).toBe('t');
      asked.push(address);
      return upload(address);
    },
  } as Partial<FileCarrier> as FileCarrier;
  const platform = { files: async () => carrier } as Partial<Platform> as Platform;
  return { asked, files: new Files(platform, ['https://a.test/', 'wss://b.test', 'http://c.test'], 't') };
}

const failing = async (reason: LaiseeError): Promise<never> => {
  throw reason;
};

afterEach(() => vi.unstubAllGlobals());

describe('a file', () => {
  it('goes to the next address when one does not answer, and the one after it goes there at once', async () => {
    const { asked, files } = over((address) =>
      address === 'https://b.test' ? Promise.resolve(uploaded) : failing(LaiseeError.offline()),
    );
    expect(await files.upload(file, 'a.png')).toBe(uploaded);
    expect(await files.upload(file, 'b.png')).toBe(uploaded);
    expect(asked).toEqual(['https://a.test', 'https://b.test', 'https://b.test']);
  });

  it('that is refused goes nowhere else', async () => {
    const { asked, files } = over(() => failing(LaiseeError.refused(ErrorCode.FILE_TOO_LARGE)));
    await expect(files.upload(file, 'a.png')).rejects.toMatchObject({ codeName: 'FILE_TOO_LARGE' });
    expect(asked).toHaveLength(1);
  });

  it('that somebody stopped goes nowhere else', async () => {
    const cut = new AbortController();
    const { asked, files } = over(() => {
      cut.abort();
      return failing(LaiseeError.unanswered());
    });
    await expect(files.upload(file, 'a.png', { signal: cut.signal })).rejects.toMatchObject({ codeName: 'DEADLINE' });
    expect(asked).toHaveLength(1);
  });

  it('that nobody takes fails with what the last one said, after each was asked once', async () => {
    const { asked, files } = over((address) =>
      failing(address === 'http://c.test' ? LaiseeError.unanswered() : LaiseeError.offline()),
    );
    await expect(files.upload(file, 'a.png')).rejects.toMatchObject({ codeName: 'DEADLINE' });
    expect(asked).toHaveLength(3);
  });

  it('is fetched whole or not at all, from whichever server answers', async () => {
    const answers = [
      () => Promise.reject(new TypeError('no route')),
      () => Promise.resolve(new Response('<html>a proxy</html>', { status: 502 })),
      () => Promise.resolve(new Response('bytes')),
    ];
    const asked: string[] = [];
    vi.stubGlobal('fetch', (address: string) => {
      asked.push(address);
      return answers[asked.length - 1]?.();
    });
    const addresses = ['https://a.test', 'https://b.test', 'https://c.test'];
    const client = new LaiseeClient({ addresses, token: 't' });
    expect(await (await client.files.download('7')).text()).toBe('bytes');
    expect(asked).toEqual(addresses.map((address) => `${address}/v1/files/7`));
  });
});
