import { useSignal } from '@preact/signals';
import { addRule, changeRule, type Rule, type RuleKind, ruleKinds } from '../../api/risk';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { api } from '../../session/session';
import { Check, Field, Select } from '../../ui/Field';
import styles from './risk.module.css';
import { draftOf, newRule, type RuleDraft, ruleOf, sameRule, unfit } from './riskModel';

type RuleDialogProps = {
  /** The rule to change; none: a new one. */
  rule: Rule | undefined;
  /** Of the rules that were looked at. */
  sequence: string;
  onDone: () => void;
  onClose: () => void;
};

/** Changes a rule, or makes one. A rule keeps its kind: what it has counted is counted in events of that kind. */
export function RuleDialog({ rule, sequence, onDone, onClose }: RuleDialogProps) {
  const words = t.value.risk;
  const draft = useSignal<RuleDraft>(rule ? draftOf(rule) : newRule('OPENS'));
  const touched = useSignal<ReadonlySet<keyof RuleDraft>>(new Set());
  const now = draft.value;
  const bad = unfit(now);
  const wanted = ruleOf(now, rule?.id ?? '0');
  const put = (part: Partial<RuleDraft>) => {
    draft.value = { ...draft.value, ...part };
    touched.value = new Set([...touched.value, ...(Object.keys(part) as (keyof RuleDraft)[])]);
  };
  /** What is wrong with a field, once somebody has typed into it. */
  const problem = (field: keyof RuleDraft, said: string) =>
    bad.has(field) && touched.value.has(field) ? said : undefined;
  const timeHint = t.value.settings.unitHints.time;
  return (
    <ChangeDialog
      title={rule ? rule.name : words.addRule}
      what={rule ? words.ruleWhat : words.addWhat}
      yes={rule ? words.saveRule : words.addRule}
      done={rule ? words.ruleSaved : words.ruleAdded}
      danger={now.mode === 'on'}
      ready={wanted !== undefined && !(rule && sameRule(wanted, rule))}
      change={async (reason) => {
        if (!wanted) return;
        await (rule ? changeRule(api.value, wanted, sequence, reason) : addRule(api.value, wanted, sequence, reason));
      }}
      onDone={onDone}
      onClose={onClose}
    >
      {!rule && (
        <Select
          label={words.counts}
          value={now.kind}
          choices={ruleKinds.map((value) => ({ value, label: words.kinds[value] ?? value }))}
          data-testid="rule-kind"
          onText={(kind) => put({ kind: kind as RuleKind })}
        />
      )}
      <Field
        label={words.ruleName}
        value={now.name}
        maxLength={60}
        autoComplete="off"
        data-testid="rule-name"
        onText={(name) => put({ name })}
      />
      <Select
        label={words.mode}
        value={now.mode}
        choices={(['off', 'dry', 'on'] as const).map((value) => ({ value, label: words.modes[value] }))}
        hint={words.modeHints[now.mode]}
        data-testid="rule-mode"
        onText={(mode) => put({ mode: mode as RuleDraft['mode'] })}
      />
      <div class={styles.pair}>
        <Field
          label={now.kind === 'REFUND_RATE' ? words.percent : words.threshold}
          value={now.threshold}
          inputMode="numeric"
          problem={problem('threshold', words.thresholdUnfit)}
          data-testid="rule-threshold"
          onText={(threshold) => put({ threshold })}
        />
        <Field
          label={words.window}
          hint={timeHint}
          problem={problem('window', words.windowUnfit)}
          value={now.window}
          data-testid="rule-window"
          onText={(window) => put({ window })}
        />
      </div>
      {now.kind === 'REFUND_RATE' && (
        <Field
          label={words.ofAtLeast}
          hint={words.ofAtLeastHint}
          problem={problem('ofAtLeast', words.thresholdUnfit)}
          value={now.ofAtLeast}
          inputMode="numeric"
          data-testid="rule-of-at-least"
          onText={(ofAtLeast) => put({ ofAtLeast })}
        />
      )}
      <Select
        label={words.consequence}
        value={now.suspends ? 'suspend' : 'flag'}
        choices={[
          { value: 'flag', label: words.flag },
          { value: 'suspend', label: words.suspend },
        ]}
        data-testid="rule-consequence"
        onText={(text) => put({ suspends: text === 'suspend' })}
      />
      {now.suspends && (
        <div class={styles.pair}>
          <Field
            label={words.forHowLong}
            hint={timeHint}
            problem={problem('length', words.lengthUnfit)}
            value={now.length}
            data-testid="rule-length"
            onText={(length) => put({ length })}
          />
          <Check label={words.selfRelease} on={now.selfRelease} onChange={(selfRelease) => put({ selfRelease })} />
        </div>
      )}
    </ChangeDialog>
  );
}
