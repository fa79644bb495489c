import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../client/wire';
import { en } from './en';
import { errors } from './errors';
import { zh } from './zh';

type Both = { en: unknown; zh: unknown };

// Codes from 400 and these two are for the work of operators: the console has words for them.
const forOperators = [ErrorCode.OPERATOR_UNAUTHENTICATED, ErrorCode.ROLE_INSUFFICIENT];
const codes = Object.values(ErrorCode).filter(
  (value): value is ErrorCode => typeof value === 'number' && value > 0 && value < 400 && !forOperators.includes(value),
);
const features = import.meta.glob<Record<string, { both: Both }>>('../features/**/*[wW]ords.ts', { eager: true });
const all: [string, Both][] = [
  ['the first load', { en, zh }],
  ['errors', errors],
  ...Object.entries(features).map(([path, module]): [string, Both] => {
    const found = Object.values(module).find((value) => typeof value === 'object' && 'both' in value);
    if (!found) throw new Error(`${path} gives no words`);
    return [path, found.both];
  }),
];

describe('words', () => {
  it.each([
    ['en', errors.en],
    ['zh', errors.zh],
  ])('say every error in %s', (_, words) => {
    for (const code of codes) expect(words[code], `${ErrorCode[code]}`).toBeTruthy();
  });

  it('were found in every feature that has any', () => {
    expect(all.length).toBeGreaterThanOrEqual(8);
  });

  it.each(all)('of %s are not the same in both languages, and none is empty', (_, both) => {
    const walk = (a: unknown, b: unknown, path: string) => {
      if (typeof a === 'string') {
        expect(a, path).not.toBe('');
        expect(b, path).not.toBe('');
        expect(a === b && a.length > 1, `${path}: ${a}`).toBe(false);
      } else if (a && typeof a === 'object')
        for (const key of Object.keys(a)) walk((a as never)[key], (b as never)[key], `${path}.${key}`);
    };
    walk(both.en, both.zh, 'words');
  });
});
