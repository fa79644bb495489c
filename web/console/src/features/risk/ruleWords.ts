import type { Rule } from '../../api/risk';
import { t } from '../../i18n/i18n';
import { lengthOfTime } from '../../i18n/times';

/** What a rule counts, and when it is too many. */
export function ruleSays(rule: Rule): string {
  const words = t.value.risk;
  return words.ruleSays(
    words.kinds[rule.kind] ?? rule.kind,
    rule.kind === 'REFUND_RATE' ? words.percentOf(rule.threshold, rule.ofAtLeast) : String(rule.threshold),
    lengthOfTime(rule.windowMs),
  );
}

/** What follows then. */
export function ruleConsequence(rule: Rule): string {
  const words = t.value.risk;
  return rule.suspendForMs > 0 ? words.suspends(lengthOfTime(rule.suspendForMs), rule.selfRelease) : words.flags;
}
