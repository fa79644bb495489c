import { describe, expect, it } from 'vitest';
import { csv } from './csv';

describe('csv', () => {
  it('quotes what needs it and ends every line', () => {
    expect(csv(['a', 'b'], [['1', 'x, "y"\nz']])).toBe('\uFEFFa,b\r\n1,"x, ""y""\nz"\r\n');
  });

  it('disarms formulas and leaves signed amounts alone', () => {
    expect(csv(['n'], [['=1+1'], ['@x'], ['-SUM(A1)'], ['-5.00'], ['+8.88']])).toBe(
      "\uFEFFn\r\n'=1+1\r\n'@x\r\n'-SUM(A1)\r\n-5.00\r\n+8.88\r\n",
    );
  });
});
