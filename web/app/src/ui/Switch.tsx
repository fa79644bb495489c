import styles from './Switch.module.css';

type SwitchProps = { label: string; hint?: string; on: boolean; onChange: (on: boolean) => void; busy?: boolean };

export function Switch({ label, hint, on, onChange, busy }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      class={styles.row}
      disabled={busy}
      onClick={() => onChange(!on)}
    >
      <span class={styles.words}>
        <span>{label}</span>
        {hint && <span class={styles.hint}>{hint}</span>}
      </span>
      <span class={styles.track}>
        <span class={styles.knob} />
      </span>
    </button>
  );
}
