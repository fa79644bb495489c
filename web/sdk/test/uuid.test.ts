import { expect, it } from 'vitest';
import { uuidV7 } from '../src/uuid.js';

const bytes = (value: number) => new Uint8Array(10).fill(value);

it('ids are UUIDs of version 7 that sort by their time (M1)', () => {
  expect(uuidV7(0x0123_4567_89ab, bytes(0))).toBe('01234567-89ab-7000-8000-000000000000');
  expect(uuidV7(0x0123_4567_89ab, bytes(0xff))).toBe('01234567-89ab-7fff-bfff-ffffffffffff');
  const times = [1, 255, 2 ** 32 - 1, 2 ** 32, Date.UTC(2026, 0, 1), Date.UTC(2200, 0, 1)];
  const ids = times.map((time) => uuidV7(time, bytes(0x5a)));
  expect([...ids].sort()).toEqual(ids);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
