import { describe, expect, it } from 'vitest';
import { en } from './en';
import { zh } from './zh';

describe('words', () => {
  it('are there in both languages, differ, and none is empty', () => {
    const walk = (a: unknown, b: unknown, path: string) => {
      if (typeof a === 'string') {
        expect(a, path).not.toBe('');
        expect(typeof b, path).toBe('string');
        expect(a === b && a.length > 1, `${path}: ${a}`).toBe(false);
      } else if (a && typeof a === 'object') {
        expect(Object.keys(b as object), path).toEqual(Object.keys(a));
        for (const key of Object.keys(a)) walk((a as never)[key], (b as never)[key], `${path}.${key}`);
      }
    };
    walk(en, zh, 'words');
  });
});
