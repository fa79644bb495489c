import { describe, expect, it } from 'vitest';
import { en } from '../../i18n/en';
import { zh } from '../../i18n/zh';
import { groupOf, parse, parseLength, shortLength, shown, typed, unitOf } from './settingModel';

const share = { name: 'packet_share_max', value: '20000' };
const life = { name: 'packet_life_ms', value: '86400000' };
const members = { name: 'group_members_max', value: '10000' };

describe('a setting', () => {
  it('is shown and typed in its own unit', () => {
    expect([share, life, members].map(unitOf)).toEqual(['money', 'time', 'number']);
    expect([share, life, members].map(shown)).toEqual(['¥200.00', '1 d', '10,000']);
    expect([share, life, members].map(typed)).toEqual(['200.00', '1 d', '10000']);
  });

  it('comes back from what was typed as the server has it', () => {
    for (const setting of [share, life, members]) expect(parse(setting, typed(setting))).toBe(setting.value);
    expect(parse(share, '150.5')).toBe('15050');
    expect(parse(life, '90 min')).toBe('5400000');
    expect(['-8 h', '−8h', '- 30 min', '-0', '--1 h', '-'].map((text) => parse(life, text))).toEqual([
      ...['-28800000', '-28800000', '-1800000', '0', undefined, undefined],
    ]);
    for (const wrong of ['', '-1', 'x', '1.234']) expect(parse(share, wrong), wrong).toBeUndefined();
    for (const wrong of ['', '1.5', '-3', '1e3']) expect(parse(members, wrong), wrong).toBeUndefined();
  });

  it('reads lengths of time in every unit', () => {
    expect(['1d', '2 h', '3 min', '3m', '4 s', '5 ms', '6'].map(parseLength)).toEqual([
      86_400_000, 7_200_000, 180_000, 180_000, 4000, 5, 6,
    ]);
    expect(['soon', '1 week', '1.5 h', ''].map(parseLength)).toEqual([undefined, undefined, undefined, undefined]);
    expect([0, 1, 1500, 60_000, 172_800_000].map(shortLength)).toEqual(['0 ms', '1 ms', '1500 ms', '1 min', '2 d']);
  });

  it('is shown to the millisecond, so that no change looks like none', () => {
    const length = (value: string) => shown({ name: 'packet_life_ms', value });
    expect(['90061001', '90061000', '5400000', '1500', '0', '-28800000'].map(length)).toEqual([
      ...['1 d 1 h 1 min 1 s 1 ms', '1 d 1 h 1 min 1 s', '1 h 30 min', '1 s 500 ms', '0 ms', '−8 h'],
    ]);
    expect(typed({ name: 'limit_day_offset_ms', value: '-28800000' })).toBe('-8 h');
  });

  it('is money wherever its name says so, whatever the level', () => {
    const operations = ['send', 'top_up', 'withdraw'].flatMap((one) => [`${one}_max`, `${one}_day_max`]);
    const limits = ['new', 'ordinary', 'verified'].flatMap((level) => operations.map((one) => `${level}_${one}`));
    const amounts = [
      ...limits,
      'packet_share_min',
      'transfer_min',
      'transfer_max',
      'top_up_max',
      'balance_max',
      'pin_required_from',
    ];
    expect(amounts.filter((name) => unitOf({ name, value: '5000' }) !== 'money')).toEqual([]);
    expect(limits.filter((name) => groupOf(name) !== 'wallet')).toEqual([]);
    const counts = ['pin_tries', 'evidence_max', 'file_bytes_max', 'transfer_note_chars_max', 'packet_count_max'];
    expect(counts.map((name) => unitOf({ name, value: '9' }))).toEqual(counts.map(() => 'number'));
  });

  it('has its name in words', () => {
    for (const name of Object.keys(en.settings.names)) expect(zh.settings.names[name], name).toBeDefined();
    expect(en.settings.names.new_withdraw_day_max).toBe('New accounts: most withdrawal in a day');
  });

  it('belongs to a group', () => {
    expect(['packet_life_ms', 'pin_required_from', 'sessions_max', 'text_chars_max'].map(groupOf)).toEqual([
      'packets',
      'wallet',
      'accounts',
      'conversations',
    ]);
  });
});
