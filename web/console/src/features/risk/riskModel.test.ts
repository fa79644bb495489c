import { describe, expect, it } from 'vitest';
import type { Rule } from '../../api/risk';
import { fits, modeOf } from './riskModel';

const rule: Rule = {
  id: '1',
  name: 'Opens',
  kind: 'OPENS',
  windowMs: 60_000,
  threshold: 60,
  ofAtLeast: 0,
  suspendForMs: 3_600_000,
  selfRelease: true,
  enabled: false,
  dryRun: true,
};

describe('a rule', () => {
  it('is off, tried, or on', () => {
    expect(modeOf(rule)).toBe('off');
    expect(modeOf({ enabled: true, dryRun: true })).toBe('dry');
    expect(modeOf({ enabled: true, dryRun: false })).toBe('on');
  });

  it('fits when it can be carried out', () => {
    expect(fits(rule)).toBe(true);
    const unfit = [{ threshold: 0 }, { windowMs: 0 }, { suspendForMs: 5 }, { kind: 'REFUND_RATE', threshold: 101 }];
    for (const change of unfit) expect(fits({ ...rule, ...change }), JSON.stringify(change)).toBe(false);
    expect(fits({ ...rule, suspendForMs: 0 }), 'only listed').toBe(true);
  });
});
