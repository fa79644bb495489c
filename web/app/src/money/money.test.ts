import { describe, expect, it } from 'vitest';
import { amountInput, figures, money, parseMoney, plain, signed } from './money';

describe('money', () => {
  it('shows fen as yuan with two places and groups of three', () => {
    expect(money(0n)).toBe('¥0.00');
    expect(money(1n)).toBe('¥0.01');
    expect(money(888n)).toBe('¥8.88');
    expect(money(123456789n)).toBe('¥1,234,567.89');
    expect(money(-50n)).toBe('−¥0.50');
    expect(figures(100000n)).toBe('1,000.00');
    expect(signed(88n)).toBe('+¥0.88');
    expect(signed(-88n)).toBe('−¥0.88');
  });

  it('stays exact where a number would not', () => {
    expect(money(9007199254740993n)).toBe('¥90,071,992,547,409.93');
  });

  it('is bare digits for fields and spreadsheets, which read them back', () => {
    expect([0n, 5n, 123456n, -1230n].map(plain)).toEqual(['0.00', '0.05', '1234.56', '-12.30']);
    for (const fen of [0n, 5n, 99n, 123456n]) expect(parseMoney(plain(fen))).toBe(fen);
  });

  it('reads what people type', () => {
    expect(parseMoney('8')).toBe(800n);
    expect(parseMoney('8.8')).toBe(880n);
    expect(parseMoney('.05')).toBe(5n);
    expect(parseMoney('0.01')).toBe(1n);
    expect(parseMoney('')).toBeUndefined();
    expect(parseMoney('.')).toBeUndefined();
    expect(parseMoney('1.234')).toBeUndefined();
    expect(parseMoney('-1')).toBeUndefined();
  });

  it('lets only amounts be typed', () => {
    expect(amountInput('a1b2')).toBe('12');
    expect(amountInput('00.5')).toBe('0.5');
    expect(amountInput('1.239')).toBe('1.23');
    expect(amountInput('1.2.3')).toBe('1.23');
    expect(amountInput('6。6')).toBe('6.6');
    expect(amountInput('.')).toBe('0.');
  });
});
