import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import styles from './Field.module.css';

type FieldProps = Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'class' | 'id' | 'label' | 'onInput' | 'role' | 'type'
> & {
  label: string;
  hint?: ComponentChildren;
  problem?: string | undefined;
  type?: 'text' | 'password';
  /** Has the focus as soon as it is there. */
  first?: boolean;
  onText: (text: string) => void;
};

export function Field({ label, hint, problem, first, onText, type = 'text', ...rest }: FieldProps) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (first) field.current?.focus();
  }, [first]);
  return (
    <div class={styles.field}>
      <label class={styles.label} for={id}>
        {label}
      </label>
      <input
        {...rest}
        ref={field}
        type={type as 'text'}
        id={id}
        class={styles.input}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onText(event.currentTarget.value)}
      />
      <p id={`${id}-hint`} class={problem ? styles.problem : styles.hint}>
        {problem || hint}
      </p>
    </div>
  );
}
