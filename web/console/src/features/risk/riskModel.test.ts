import { describe, expect, it } from 'vitest';
import type { Rule } from '../../api/risk';
import { draftOf, modeOf, newRule, type RuleDraft, ruleOf, sameRule, unfit } from './riskModel';

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

  it('comes out of its form as it went in', () => {
    expect(ruleOf(draftOf(rule), '1')).toEqual(rule);
    const flags = { ...rule, kind: 'REFUND_RATE', ofAtLeast: 7, suspendForMs: 0, selfRelease: false, threshold: 80 };
    expect(ruleOf(draftOf(flags), '1')).toEqual(flags);
    expect(sameRule(rule, { ...rule })).toBe(true);
    expect(sameRule(rule, { ...rule, threshold: 61 })).toBe(false);
  });

  it('is none while a field says nothing, and names the field', () => {
    const unfits: [keyof RuleDraft, Partial<RuleDraft>][] = [
      ['name', { name: '  ' }],
      ['name', { name: 'x'.repeat(61) }],
      ['threshold', { threshold: '0' }],
      ['threshold', { threshold: '1001' }],
      ['threshold', { kind: 'SHARED_DEVICE', threshold: '1' }],
      ['threshold', { kind: 'REFUND_RATE', threshold: '101' }],
      ['ofAtLeast', { kind: 'REFUND_RATE', threshold: '50', ofAtLeast: '' }],
      ['window', { window: '8 d' }],
      ['window', { window: 'soon' }],
      ['length', { length: '367 d' }],
    ];
    for (const [field, change] of unfits) {
      const draft = { ...draftOf(rule), ...change };
      expect([...unfit(draft)], JSON.stringify(change)).toEqual([field]);
      expect(ruleOf(draft, '1')).toBeUndefined();
    }
  });

  it('does not keep the length of before when something else is typed over it', () => {
    expect(ruleOf({ ...draftOf(rule), length: '1 hour' }, '1')).toBeUndefined();
    expect(ruleOf({ ...draftOf(rule), length: '' }, '1')).toBeUndefined();
    expect(ruleOf({ ...draftOf(rule), suspends: false, length: 'x' }, '1')?.suspendForMs).toBe(0);
  });

  it('that is new is tried before it does anything', () => {
    const draft = { ...newRule('STRANGERS'), name: 'Strangers', threshold: '20' };
    expect(ruleOf(draft, '0')).toMatchObject({ id: '0', enabled: true, dryRun: true, kind: 'STRANGERS' });
  });
});
