import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import styles from './Button.module.css';
import { Icon, type IconName } from './Icon';

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'icon'> & {
  look?: 'primary' | 'quiet' | 'plain' | 'danger';
  icon?: IconName;
  busy?: boolean;
  wide?: boolean;
  children: ComponentChildren;
};

export function Button({ look = 'quiet', icon, busy, wide, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      class={`${styles.button} ${styles[look]} ${wide ? styles.wide : ''}`}
    >
      <span class={styles.label}>
        {icon && <Icon name={icon} size={16} />}
        {children}
      </span>
      {busy && <span class={styles.spinner} />}
    </button>
  );
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'icon'> & {
  icon: IconName;
  label: string;
  size?: number;
};

export function IconButton({ icon, label, size = 18, ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} class={styles.icon} aria-label={label} title={label}>
      <Icon name={icon} size={size} />
    </button>
  );
}
