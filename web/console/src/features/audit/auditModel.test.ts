import { describe, expect, it } from 'vitest';
import { inWords, placeOf } from './auditModel';

describe('a row of the audit log', () => {
  it('leads to what it was done to, where that has a place', () => {
    expect(placeOf({ targetKind: 'user', target: '7' })).toBe('/users/7');
    expect(placeOf({ targetKind: 'setting', target: 'packet_share_max' })).toBe('/settings');
    expect(placeOf({ targetKind: 'session', target: '9' })).toBeUndefined();
    expect(placeOf({ targetKind: 'user', target: '' })).toBeUndefined();
  });

  it('says a setting in its unit, a level by its name, an end as a time, and other values as they stand', () => {
    const setting = { action: 'settings.change', targetKind: 'setting', target: 'packet_share_max' };
    expect([inWords(setting, '18888'), inWords(setting, '')]).toEqual(['¥188.88', '']);
    const user = { targetKind: 'user', target: '7' };
    expect(inWords({ action: 'user.level', ...user }, 'verified')).toBe('Verified');
    expect(inWords({ action: 'risk.suspend', ...user }, 'until 1700000000000')).toMatch(/^until 1\d Nov 2023/);
    const operator = { action: 'operator.change', targetKind: 'operator', target: '2' };
    expect(inWords(operator, 'sue, support')).toBe('sue, support');
  });
});
