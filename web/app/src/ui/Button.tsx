import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import styles from './Button.module.css';
import { Icon, type IconName } from './Icon';

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'class'> & {
  look?: 'primary' | 'quiet' | 'plain' | 'danger';
  busy?: boolean;
  wide?: boolean;
  small?: boolean;
  children: ComponentChildren;
};

export function Button({ look = 'quiet', busy, wide, small, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      class={`${styles.button} ${styles[look]} ${wide ? styles.wide : ''} ${small ? styles.small : ''}`}
    >
      <span class={styles.label}>{children}</span>
      {busy && <span class={styles.spinner} />}
    </button>
  );
}

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'class' | 'icon'> & {
  icon: IconName;
  label: string;
  size?: number;
};

export function IconButton({ icon, label, size, ...rest }: IconButtonProps) {
  return (
    <button type="button" {...rest} class={styles.icon} aria-label={label} title={label}>
      <Icon name={icon} {...(size ? { size } : {})} />
    </button>
  );
}
