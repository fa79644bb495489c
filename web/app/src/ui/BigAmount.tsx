import type { Signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { amountInput } from '../money/money';
import styles from './BigAmount.module.css';

type BigAmountProps = {
  /** What the amount is; for who cannot see it, too. */
  label: string;
  /** Words above the figures; none: they speak for themselves. */
  above?: string;
  typed: Signal<string>;
  /** What is wrong with it, or else what helps. */
  problem: string;
  hint?: string | undefined;
  testId: string;
  noteTestId: string;
};

/** An amount as the first and largest thing of a sheet; it has the focus. */
export function BigAmount({ label, above, typed, problem, hint = '', testId, noteTestId }: BigAmountProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  return (
    <div>
      <label class={styles.amount} for={id}>
        {above && <span class={styles.above}>{above}</span>}
        <span class={styles.figures}>
          <span aria-hidden="true">¥</span>
          <input
            ref={field}
            id={id}
            inputMode="decimal"
            autoComplete="off"
            placeholder="0.00"
            aria-label={label}
            style={{ width: `${Math.max(typed.value.length, 4)}ch` }}
            value={typed.value}
            aria-invalid={problem !== '' || undefined}
            aria-describedby={`${id}n`}
            data-testid={testId}
            onInput={(event) => {
              const clean = amountInput(event.currentTarget.value);
              event.currentTarget.value = clean;
              typed.value = clean;
            }}
          />
        </span>
      </label>
      <p id={`${id}n`} class={problem ? styles.problem : styles.hint} aria-live="polite" data-testid={noteTestId}>
        {problem || hint || ' '}
      </p>
    </div>
  );
}
