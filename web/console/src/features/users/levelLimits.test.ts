import { expect, it } from 'vitest';
import { limitsOf } from './levelLimits';

const settings = ['send', 'send_day', 'top_up', 'top_up_day', 'withdraw', 'withdraw_day'].map((name, i) => ({
  name: `verified_${name}_max`,
  value: String(100 * (i + 1)),
  usual: '0',
}));

it('reads what a level may move from the settings', () => {
  expect(limitsOf(settings, 'VERIFIED')).toEqual({
    send: { each: 100n, day: 200n },
    topUp: { each: 300n, day: 400n },
    withdraw: { each: 500n, day: 600n },
  });
});

it('promises nothing where the settings do not say', () => {
  expect(limitsOf(settings, 'NEW')).toBeUndefined();
  expect(limitsOf([...settings.slice(1), { name: 'verified_send_max', value: 'x', usual: '' }], 'VERIFIED')).toBe(
    undefined,
  );
});
