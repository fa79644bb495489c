import { describe, expect, it } from 'vitest';
import { toHex } from '../src/hex.js';
import { sha256 } from '../src/sha256.js';

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
  ])('knows the answers of FIPS 180-4', (text, hash) => {
    expect(toHex(sha256(ascii(text)))).toBe(hash);
  });

  it('agrees with the platform for every length around the block borders', async () => {
    for (let length = 0; length <= 130; length++) {
      const data = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 0xff);
      const theirs = await globalThis.crypto.subtle.digest('SHA-256', data);
      expect(toHex(sha256(data)), `${length} bytes`).toBe(toHex(new Uint8Array(theirs)));
    }
  });
});
