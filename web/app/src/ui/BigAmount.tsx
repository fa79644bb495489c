import type { Signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { amountInput } from '../../money/money';
import styles from './AmountSheet.module.css';

type BigAmountProps = { label: string; typed: Signal<string>; bad: boolean; describedBy: string; testId: string };

/** An amount as the first and largest thing of a sheet; it has the focus. */
export function BigAmount({ label, typed, bad, describedBy, testId }: BigAmountProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  return (
    <label class={styles.typed} for={id}>
      <span class="visually-hidden">{label}</span>
      <span aria-hidden="true">¥</span>
      <input
        ref={field}
        id={id}
        inputMode="decimal"
        autoComplete="off"
        placeholder="0.00"
        style={{ width: `${Math.max(typed.value.length, 4)}ch` }}
        value={typed.value}
        aria-invalid={bad || undefined}
        aria-describedby={describedBy}
        data-testid={testId}
        onInput={(event) => {
          const clean = amountInput(event.currentTarget.value);
          event.currentTarget.value = clean;
          typed.value = clean;
        }}
      />
    </label>
  );
}
