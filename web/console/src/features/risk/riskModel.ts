import type { Rule, RuleKind } from '../../api/risk';
import type { Tone } from '../../ui/Tag';
import { parseLength, shortLength } from '../settings/settingModel';

export type Mode = 'off' | 'dry' | 'on';

/** Off counts nothing; dry records what it would have done; on does it. */
export function modeOf({ enabled, dryRun }: Pick<Rule, 'enabled' | 'dryRun'>): Mode {
  if (!enabled) return 'off';
  return dryRun ? 'dry' : 'on';
}

export const modeTones: Record<Mode, Tone> = { off: 'calm', dry: 'warn', on: 'good' };

const hour = 3_600_000;
const windowMax = 7 * 24 * hour;
export const suspensionMax = 366 * 24 * hour;
const eventsMax = 1000;
const devicesMax = 100;

/** A rule as it stands in the fields of its form: what was typed, whether or not it means anything. */
export type RuleDraft = {
  name: string;
  kind: string;
  mode: Mode;
  threshold: string;
  ofAtLeast: string;
  window: string;
  suspends: boolean;
  length: string;
  selfRelease: boolean;
};

/** A new rule counts and does nothing until somebody has seen what it would do. */
export const newRule = (kind: RuleKind): RuleDraft => ({
  name: '',
  kind,
  mode: 'dry',
  threshold: '',
  ofAtLeast: '20',
  window: '1 h',
  suspends: true,
  length: '24 h',
  selfRelease: false,
});

export const draftOf = (rule: Rule): RuleDraft => ({
  name: rule.name,
  kind: rule.kind,
  mode: modeOf(rule),
  threshold: String(rule.threshold),
  ofAtLeast: String(rule.ofAtLeast || 20),
  window: shortLength(rule.windowMs),
  suspends: rule.suspendForMs > 0,
  length: shortLength(rule.suspendForMs || hour),
  selfRelease: rule.selfRelease,
});

/** The fields that do not fit, as far as the console can tell; the server has the last word. */
export function unfit(draft: RuleDraft): Set<keyof RuleDraft> {
  const found = new Set<keyof RuleDraft>();
  const within = (field: keyof RuleDraft, value: number | undefined, least: number, most: number) => {
    if (value === undefined || value < least || value > most) found.add(field);
  };
  const name = draft.name.trim();
  within('name', [...name].length, 1, 60);
  const [least, most] = bounds(draft.kind);
  within('threshold', whole(draft.threshold), least, most);
  if (draft.kind === 'REFUND_RATE') within('ofAtLeast', whole(draft.ofAtLeast), 1, eventsMax);
  within('window', parseLength(draft.window), 1000, windowMax);
  if (draft.suspends) within('length', parseLength(draft.length), 1000, suspensionMax);
  return found;
}

function bounds(kind: string): [least: number, most: number] {
  if (kind === 'SHARED_DEVICE') return [2, devicesMax];
  return kind === 'REFUND_RATE' ? [1, 100] : [1, eventsMax];
}

/** The rule that the fields say; undefined while one of them does not fit. */
export function ruleOf(draft: RuleDraft, id: string): Rule | undefined {
  if (unfit(draft).size > 0) return undefined;
  return {
    id,
    name: draft.name.trim(),
    kind: draft.kind,
    windowMs: parseLength(draft.window) ?? 0,
    threshold: whole(draft.threshold) ?? 0,
    ofAtLeast: draft.kind === 'REFUND_RATE' ? (whole(draft.ofAtLeast) ?? 0) : 0,
    suspendForMs: draft.suspends ? (parseLength(draft.length) ?? 0) : 0,
    selfRelease: draft.suspends && draft.selfRelease,
    enabled: draft.mode !== 'off',
    dryRun: draft.mode !== 'on',
  };
}

const whole = (text: string): number | undefined => (/^\d{1,6}$/.test(text.trim()) ? Number(text) : undefined);

/** Whether a change of the form would change the rule. */
export const sameRule = (a: Rule, b: Rule): boolean =>
  (Object.keys(a) as (keyof Rule)[]).every((key) => a[key] === b[key]);
