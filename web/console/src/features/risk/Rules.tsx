import { useSignal } from '@preact/signals';
import { dropRule, type Rule, rules } from '../../api/risk';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { Link } from '../../router/router';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Empty, Page, Panel, Skeleton } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { useLoad } from '../../ui/useLoad';
import { RiskTabs } from './RiskTabs';
import { RuleDialog } from './RuleDialog';
import styles from './risk.module.css';
import { modeOf, modeTones } from './riskModel';
import { ruleConsequence, ruleSays } from './ruleWords';

type Open = { type: 'add' } | { type: 'change' | 'drop'; rule: Rule };

export function Rules() {
  const loaded = useLoad('rules', () => rules(api.value));
  const open = useSignal<Open | undefined>(undefined);
  const words = t.value.risk;
  const found = loaded.value.value;
  const may = mayI('change-risk-rules');
  const doing = open.value;
  const close = () => {
    open.value = undefined;
    // Refused as stale, the rules that are shown are not those in force.
    loaded.again();
  };
  return (
    <Page title={t.value.areas.risk} note={words.rulesNote}>
      <RiskTabs />
      <Problem of={loaded.problem.value} again={loaded.again} />
      {!found && loaded.problem.value === undefined && <Skeleton />}
      {found && (
        <Panel
          flush
          title={words.book(found.sequence)}
          actions={
            may && (
              <Button icon="plus" data-testid="rule-add" onClick={() => (open.value = { type: 'add' })}>
                {words.addRule}
              </Button>
            )
          }
        >
          {found.rules.length === 0 && <Empty icon="risk" title={words.noRules} hint={words.noRulesHint} />}
          <ul>
            {found.rules.map((rule) => (
              <li key={rule.id} class={styles.rule} data-testid="rule" data-rule={rule.id}>
                <div>
                  <p class={styles.ruleName}>
                    {rule.name} <Tag tone={modeTones[modeOf(rule)]}>{words.modes[modeOf(rule)]}</Tag>
                  </p>
                  <p>{ruleSays(rule)}</p>
                  <p class={styles.muted}>{ruleConsequence(rule)}</p>
                </div>
                <span class={styles.buttons}>
                  <Link href={`/risk/hits?rule=${rule.id}`} class={styles.link}>
                    {words.results}
                  </Link>
                  {may && (
                    <>
                      <Button
                        icon="edit"
                        data-testid="rule-change"
                        onClick={() => (open.value = { type: 'change', rule })}
                      >
                        {t.value.settings.change}
                      </Button>
                      <Button data-testid="rule-drop" onClick={() => (open.value = { type: 'drop', rule })}>
                        {words.dropRule}
                      </Button>
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {found && doing?.type === 'drop' && (
        <ChangeDialog
          title={`${words.dropRule}: ${doing.rule.name}`}
          what={words.dropWhat}
          yes={words.dropRule}
          done={words.ruleDropped}
          danger
          change={(reason) => dropRule(api.value, doing.rule.id, found.sequence, reason)}
          onDone={loaded.again}
          onClose={close}
        />
      )}
      {found && doing && doing.type !== 'drop' && (
        <RuleDialog
          rule={doing.type === 'change' ? doing.rule : undefined}
          sequence={found.sequence}
          onDone={loaded.again}
          onClose={close}
        />
      )}
    </Page>
  );
}
