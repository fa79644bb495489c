import { useSignal } from '@preact/signals';
import { changeRule, type Rule, rules } from '../../api/risk';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { lengthOfTime } from '../../i18n/times';
import { Link } from '../../router/router';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Check, Field, Select } from '../../ui/Field';
import { Page, Panel, Skeleton } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { useLoad } from '../../ui/useLoad';
import { parseLength, shortLength } from '../settings/settingModel';
import { RiskTabs } from './RiskTabs';
import styles from './risk.module.css';
import { fits, modeOf, modeTones } from './riskModel';

export function Rules() {
  const loaded = useLoad('rules', () => rules(api.value));
  const editing = useSignal<Rule | undefined>(undefined);
  const words = t.value.risk;
  const found = loaded.value.value;
  return (
    <Page title={t.value.areas.risk} note={words.rulesNote}>
      <RiskTabs />
      <Problem of={loaded.problem.value} again={loaded.again} />
      {!found && loaded.problem.value === undefined && <Skeleton />}
      {found && (
        <Panel flush title={words.book(found.sequence)}>
          <ul>
            {found.rules.map((rule) => (
              <li key={rule.id} class={styles.rule} data-testid="rule" data-rule={rule.id}>
                <div>
                  <p class={styles.ruleName}>
                    {rule.name} <Tag tone={modeTones[modeOf(rule)]}>{words.modes[modeOf(rule)]}</Tag>
                  </p>
                  <p>
                    {words.ruleSays(
                      words.kinds[rule.kind] ?? rule.kind,
                      rule.kind === 'REFUND_RATE' ? `${rule.threshold} %` : String(rule.threshold),
                      lengthOfTime(rule.windowMs),
                    )}
                  </p>
                  <p class={styles.muted}>
                    {rule.suspendForMs > 0
                      ? words.suspends(lengthOfTime(rule.suspendForMs), rule.selfRelease)
                      : words.flags}
                  </p>
                </div>
                <span class={styles.buttons}>
                  <Link href={`/risk/hits?rule=${rule.id}`} class={styles.link}>
                    {words.results}
                  </Link>
                  {mayI('change-risk-rules') && (
                    <Button icon="edit" data-testid="rule-change" onClick={() => (editing.value = rule)}>
                      {t.value.settings.change}
                    </Button>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {editing.value && found && (
        <Edit
          rule={editing.value}
          sequence={found.sequence}
          onDone={loaded.again}
          onClose={() => {
            editing.value = undefined;
            loaded.again();
          }}
        />
      )}
    </Page>
  );
}

type EditProps = { rule: Rule; sequence: string; onDone: () => void; onClose: () => void };

function Edit({ rule, sequence, onDone, onClose }: EditProps) {
  const words = t.value.risk;
  const draft = useSignal(rule);
  const window = useSignal(shortLength(rule.windowMs));
  const length = useSignal(shortLength(rule.suspendForMs || 3_600_000));
  const change = (part: Partial<Rule>) => {
    draft.value = { ...draft.value, ...part };
  };
  const now = draft.value;
  const suspends = now.suspendForMs > 0;
  const timeHint = t.value.settings.unitHints.time;
  return (
    <ChangeDialog
      title={rule.name}
      what={words.ruleWhat}
      yes={words.saveRule}
      done={words.ruleSaved}
      danger={now.enabled && !now.dryRun}
      ready={fits(now) && JSON.stringify(now) !== JSON.stringify(rule)}
      change={(reason) => changeRule(api.value, now, sequence, reason)}
      onDone={onDone}
      onClose={onClose}
    >
      <Select
        label={words.mode}
        value={modeOf(now)}
        choices={(['off', 'dry', 'on'] as const).map((value) => ({ value, label: words.modes[value] }))}
        hint={words.modeHints[modeOf(now)]}
        data-testid="rule-mode"
        onText={(mode) => change({ enabled: mode !== 'off', dryRun: mode !== 'on' })}
      />
      <div class={styles.pair}>
        <Field
          label={now.kind === 'REFUND_RATE' ? words.percent : words.threshold}
          value={String(now.threshold || '')}
          inputMode="numeric"
          data-testid="rule-threshold"
          onText={(text) => change({ threshold: /^\d{1,6}$/.test(text) ? Number(text) : 0 })}
        />
        <Field
          label={words.window}
          hint={timeHint}
          value={window.value}
          onText={(text) => {
            window.value = text;
            change({ windowMs: parseLength(text) ?? 0 });
          }}
        />
      </div>
      <Select
        label={words.consequence}
        value={suspends ? 'suspend' : 'flag'}
        choices={[
          { value: 'flag', label: words.flag },
          { value: 'suspend', label: words.suspend },
        ]}
        onText={(text) => change({ suspendForMs: text === 'suspend' ? (parseLength(length.value) ?? 0) : 0 })}
      />
      {suspends && (
        <div class={styles.pair}>
          <Field
            label={words.forHowLong}
            hint={timeHint}
            value={length.value}
            onText={(text) => {
              length.value = text;
              const ms = parseLength(text);
              if (ms) change({ suspendForMs: ms });
            }}
          />
          <Check label={words.selfRelease} on={now.selfRelease} onChange={(selfRelease) => change({ selfRelease })} />
        </div>
      )}
    </ChangeDialog>
  );
}
