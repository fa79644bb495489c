import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../client/wire';
import { en } from './en';
import { zh } from './zh';

const codes = Object.values(ErrorCode).filter((value) => typeof value === 'number');

describe('words', () => {
  it.each([
    ['en', en],
    ['zh', zh],
  ])('say every error in %s', (_, words) => {
    for (const code of codes) expect(words.errors[code], `${ErrorCode[code]}`).toBeTruthy();
  });

  it('are not the same in both languages, and none is empty', () => {
    const walk = (a: unknown, b: unknown, path: string) => {
      if (typeof a === 'string') {
        expect(a, path).not.toBe('');
        expect(b, path).not.toBe('');
        expect(a === b && a.length > 1, `${path}: ${a}`).toBe(false);
      } else if (a && typeof a === 'object')
        for (const key of Object.keys(a)) walk((a as never)[key], (b as never)[key], `${path}.${key}`);
    };
    walk(en, zh, 'words');
  });
});
