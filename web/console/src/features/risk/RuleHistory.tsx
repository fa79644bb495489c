import { type Rule, type RuleChange, ruleHistory } from '../../api/risk';
import { t } from '../../i18n/i18n';
import { ListPage } from '../../list/ListPage';
import { api } from '../../session/session';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { RiskTabs } from './RiskTabs';
import styles from './risk.module.css';
import { modeOf, modeTones } from './riskModel';
import { ruleConsequence, ruleSays } from './ruleWords';

/** How the rules came to be what they are: each change with who, when, why, before and after. */
export function RuleHistory() {
  const words = t.value.risk;
  return (
    <ListPage
      title={t.value.areas.risk}
      note={words.historyNote}
      label={words.history}
      load={(_, after) => ruleHistory(api.value, after)}
      id={({ sequence }) => sequence}
      empty={{ icon: 'risk', title: words.noHistory }}
      exported="rule-history"
      columns={[
        {
          id: 'sequence',
          head: words.sequence,
          text: ({ sequence }) => sequence,
          cell: ({ sequence }) => <b>#{sequence}</b>,
        },
        {
          id: 'at',
          head: words.when,
          text: ({ at }) => new Date(at).toISOString(),
          cell: ({ at }) => <Time at={at} whole />,
        },
        { id: 'by', head: words.who, text: ({ by }) => by, cell: ({ by }) => <span class={styles.whole}>{by}</span> },
        {
          id: 'what',
          head: words.rule,
          text: ({ before, after }) => (after ?? before)?.name ?? '',
          cell: (change) => <Changed of={change} />,
        },
        { id: 'reason', head: words.reason, text: ({ reason }) => reason, cell: ({ reason }) => reason },
      ]}
    >
      <RiskTabs />
    </ListPage>
  );
}

function Changed({ of: { before, after } }: { of: RuleChange }) {
  const words = t.value.risk;
  const said = (rule: Rule | undefined) => rule && `${rule.name} ${ruleSays(rule)} ${ruleConsequence(rule)}`;
  // Most changes switch a rule off, dry or on: then the rest is said once.
  if (before && after && said(before) === said(after))
    return (
      <div class={styles.changed}>
        <div>
          <span class={styles.ruleName}>
            {after.name} <Mode of={before} /> <span aria-hidden="true">→</span> <Mode of={after} />
          </span>
          <span>{ruleSays(after)}</span>
          <span>{ruleConsequence(after)}</span>
        </div>
      </div>
    );
  return (
    <div class={styles.changed}>
      {before && <Said as="del" label={after ? t.value.audit.before : words.dropped} rule={before} />}
      {after && <Said as="ins" label={before ? t.value.audit.after : words.added} rule={after} />}
    </div>
  );
}

function Said({ as: As, label, rule }: { as: 'del' | 'ins'; label: string; rule: Rule }) {
  return (
    <As>
      <small>{label}</small>
      <span>
        <b>{rule.name}</b> <Mode of={rule} />
      </span>
      <span>{ruleSays(rule)}</span>
      <span>{ruleConsequence(rule)}</span>
    </As>
  );
}

function Mode({ of }: { of: Rule }) {
  return <Tag tone={modeTones[modeOf(of)]}>{t.value.risk.modes[modeOf(of)]}</Tag>;
}
