import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';
import styles from './Field.module.css';

type Around = { label: string; hint?: ComponentChildren; problem?: string | undefined };

function Frame({ id, label, hint, problem, children }: Around & { id: string; children: ComponentChildren }) {
  return (
    <div class={styles.field}>
      <label class={styles.label} for={id}>
        {label}
      </label>
      {children}
      <p id={`${id}-hint`} class={problem ? styles.problem : styles.hint}>
        {problem || hint}
      </p>
    </div>
  );
}

type FieldProps = Around &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'class' | 'id' | 'label' | 'onInput' | 'role' | 'type'> & {
    type?: 'text' | 'password' | 'search' | 'date' | 'number';
    onText: (text: string) => void;
  };

export function Field({ label, hint, problem, onText, type = 'text', ...rest }: FieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem}>
      <input
        {...rest}
        type={type as 'text'}
        id={id}
        class={styles.input}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </Frame>
  );
}

type AreaProps = Around & {
  value: string;
  rows?: number;
  maxLength?: number;
  'data-testid'?: string;
  onText: (text: string) => void;
};

export function Area({ label, hint, problem, onText, rows = 3, ...rest }: AreaProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem}>
      <textarea
        {...rest}
        id={id}
        rows={rows}
        class={styles.input}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </Frame>
  );
}

export type Choice = { value: string; label: string };

type SelectProps = Around & {
  value: string;
  choices: readonly Choice[];
  'data-testid'?: string;
  onText: (text: string) => void;
};

export function Select({ label, hint, problem, value, choices, onText, ...rest }: SelectProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} problem={problem}>
      <select
        {...rest}
        id={id}
        class={`${styles.input} ${styles.select}`}
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onText(event.currentTarget.value)}
      >
        {choices.map((one) => (
          <option key={one.value} value={one.value} selected={one.value === value}>
            {one.label}
          </option>
        ))}
      </select>
    </Frame>
  );
}

type CheckProps = { label: string; on: boolean; onChange: (on: boolean) => void; 'data-testid'?: string };

export function Check({ label, on, onChange, ...rest }: CheckProps) {
  return (
    <label class={styles.check}>
      <input {...rest} type="checkbox" checked={on} onChange={(event) => onChange(event.currentTarget.checked)} />
      {label}
    </label>
  );
}
