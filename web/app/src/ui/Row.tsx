import type { ComponentChildren } from 'preact';
import { Link } from '../router/router';
import { Icon, type IconName } from './Icon';
import styles from './Row.module.css';

type RowProps = {
  icon?: IconName;
  lead?: ComponentChildren;
  title: ComponentChildren;
  note?: ComponentChildren;
  /** At the right: a value, a time, a badge. */
  value?: ComponentChildren;
  href?: string;
  onClick?: () => void;
  chosen?: boolean;
  danger?: boolean;
  testId?: string;
  label?: string;
};

/** One line of a list or a card: a link, a button, or plain words. */
export function Row({ icon, lead, title, note, value, href, onClick, chosen, danger, testId, label }: RowProps) {
  const inside = (
    <>
      {icon && (
        <span class={styles.icon}>
          <Icon name={icon} />
        </span>
      )}
      {lead}
      <span class={styles.words}>
        <span class={styles.title}>{title}</span>
        {note && <span class={styles.note}>{note}</span>}
      </span>
      {value !== undefined && <span class={styles.value}>{value}</span>}
      {href && <Icon name="forward" size={18} class={styles.chevron ?? ''} />}
    </>
  );
  const look = `${styles.row} ${danger ? styles.danger : ''}`;
  if (href)
    return (
      <Link href={href} class={look} aria-current={chosen ? 'page' : undefined} aria-label={label} data-testid={testId}>
        {inside}
      </Link>
    );
  if (onClick)
    return (
      <button type="button" class={look} onClick={onClick} data-testid={testId} aria-label={label}>
        {inside}
      </button>
    );
  return (
    <div class={look} data-testid={testId}>
      {inside}
    </div>
  );
}
