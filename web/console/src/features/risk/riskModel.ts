import type { Rule } from '../../api/risk';
import type { Tone } from '../../ui/Tag';

export type Mode = 'off' | 'dry' | 'on';

/** Off counts nothing; dry records what it would have done; on does it. */
export function modeOf({ enabled, dryRun }: Pick<Rule, 'enabled' | 'dryRun'>): Mode {
  if (!enabled) return 'off';
  return dryRun ? 'dry' : 'on';
}

export const modeTones: Record<Mode, Tone> = { off: 'calm', dry: 'warn', on: 'good' };

/** Whether a rule can be carried out, as far as the console can tell; the server has the last word. */
export function fits(rule: Rule): boolean {
  const percent = rule.kind !== 'REFUND_RATE' || rule.threshold <= 100;
  return (
    rule.threshold >= 1 && percent && rule.windowMs >= 1000 && (rule.suspendForMs === 0 || rule.suspendForMs >= 1000)
  );
}
