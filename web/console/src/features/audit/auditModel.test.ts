import { describe, expect, it } from 'vitest';
import { inWords, placeOf } from './auditModel';

describe('a row of the audit log', () => {
  it('leads to what it was done to, where that has a place', () => {
    expect(placeOf({ targetKind: 'user', target: '7' })).toBe('/users/7');
    expect(placeOf({ targetKind: 'setting', target: 'packet_share_max' })).toBe('/settings');
    expect(placeOf({ targetKind: 'session', target: '9' })).toBeUndefined();
    expect(placeOf({ targetKind: 'user', target: '' })).toBeUndefined();
  });

  it('says a setting in its unit, and other values as they stand', () => {
    const setting = { targetKind: 'setting', target: 'packet_share_max' };
    expect([inWords(setting, '18888'), inWords(setting, '')]).toEqual(['¥188.88', '']);
    expect(inWords({ targetKind: 'operator', target: '2' }, 'sue, support')).toBe('sue, support');
  });
});
