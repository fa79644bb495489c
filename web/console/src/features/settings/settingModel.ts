import { money, parseMoney, plain } from '@laisee/app/money';
import type { Setting } from '../../api/settings';
import { exactLength } from '../../i18n/times';

export type Unit = 'money' | 'time' | 'number' | 'flag' | 'word';

/** What a setting's value is; its name says so where its value cannot. */
export function unitOf({ name, value }: Pick<Setting, 'name' | 'value'>): Unit {
  if (value === 'true' || value === 'false') return 'flag';
  if (/_ms$/.test(name)) return 'time';
  if (!/^-?\d+$/.test(value)) return 'word';
  return moneyNames.test(name) ? 'money' : 'number';
}

// Limits by level are amounts, all of them.
const moneyNames =
  /^(new|ordinary|verified)_|^(packet_share|transfer)_(min|max)$|^(top_up_max|balance_max|pin_required_from)$/;

const groups: readonly (readonly [Group, RegExp])[] = [
  ['packets', /^(packet_|greeting_)/],
  ['transfers', /^(transfer_|file_|evidence_)/],
  ['wallet', /^(top_up_|balance_|pin_|limit_|new_|ordinary_|verified_)/],
  ['conversations', /^(group_|text_|mentions_|extension_)/],
];
export const groupNames = ['packets', 'transfers', 'wallet', 'conversations', 'accounts'] as const;
export type Group = (typeof groupNames)[number];

export function groupOf(name: string): Group {
  return groups.find(([, pattern]) => pattern.test(name))?.[0] ?? 'accounts';
}

/** A value as people read it. */
export function shown(setting: Pick<Setting, 'name' | 'value'>): string {
  const { value } = setting;
  switch (unitOf(setting)) {
    case 'money':
      return money(BigInt(value));
    case 'time':
      return exactLength(Number(value));
    case 'number':
      return value.replace(/\B(?=(\d{3})+$)/g, ',');
    default:
      return value;
  }
}

/** A value as it stands in the field where it is changed. */
export function typed(setting: Pick<Setting, 'name' | 'value'>): string {
  switch (unitOf(setting)) {
    case 'money':
      return plain(BigInt(setting.value));
    case 'time':
      return shortLength(Number(setting.value));
    default:
      return setting.value;
  }
}

/** What was typed as the server wants it; undefined where it is none. */
export function parse(setting: Pick<Setting, 'name' | 'value'>, text: string): string | undefined {
  switch (unitOf(setting)) {
    case 'money':
      return parseMoney(text)?.toString();
    case 'time': {
      // A day may begin before or after midnight in UTC, so this is the one place where a length has a sign.
      const [, sign, length = ''] = /^\s*([-−]?)(.*)$/.exec(text) ?? [];
      const ms = parseLength(length);
      return ms === undefined ? undefined : `${sign && ms !== 0 ? '-' : ''}${ms}`;
    }
    case 'number':
      return /^\d{1,15}$/.test(text.trim()) ? String(Number(text)) : undefined;
    case 'flag':
      return text === 'true' || text === 'false' ? text : undefined;
    case 'word':
      return text.trim() || undefined;
  }
}

const units = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000, ms: 1 } as const;

/** 86_400_000 -> "1 d"; the largest unit that leaves no fraction. */
export function shortLength(ms: number): string {
  const unit = Object.entries(units).find(([, length]) => ms !== 0 && ms % length === 0);
  return unit ? `${ms / unit[1]} ${unit[0]}` : `${ms} ms`;
}

/** "24 h", "90min", "1500 ms" or bare milliseconds. */
export function parseLength(text: string): number | undefined {
  const match = /^(\d{1,12})\s*(d|h|min|m|s|ms)?$/.exec(text.trim().toLowerCase());
  if (!match) return undefined;
  const unit = match[2] === 'm' ? 'min' : (match[2] ?? 'ms');
  return Number(match[1]) * units[unit as keyof typeof units];
}
