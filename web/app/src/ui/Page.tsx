import type { ComponentChildren } from 'preact';
import { t } from '../i18n/i18n';
import { goBack } from '../router/router';
import { IconButton } from './Button';
import { Icon, type IconName } from './Icon';
import styles from './Page.module.css';

type HeaderProps = {
  title: ComponentChildren;
  note?: ComponentChildren;
  lead?: ComponentChildren;
  /** Where "back" leads when there is nothing to go back to; no value: no back button. */
  back?: string;
  /** Back only where one column is shown. */
  backOnPhoneOnly?: boolean;
  close?: (() => void) | undefined;
  children?: ComponentChildren;
  large?: boolean;
};

export function Header({ title, note, lead, back, backOnPhoneOnly, close, children, large }: HeaderProps) {
  return (
    <header class={`${styles.header} ${large ? styles.large : ''}`}>
      {back && (
        <span class={backOnPhoneOnly ? styles.phoneOnly : ''}>
          <IconButton icon="back" size={26} label={t.value.common.back} onClick={() => goBack(back)} />
        </span>
      )}
      {lead}
      <div class={styles.words}>
        <h1 class={styles.title}>{title}</h1>
        {note && <p class={styles.note}>{note}</p>}
      </div>
      <div class={styles.actions}>
        {children}
        {close && (
          <span class={styles.deskOnly}>
            <IconButton icon="close" label={t.value.common.close} onClick={close} />
          </span>
        )}
      </div>
    </header>
  );
}

type ScrollProps = { children: ComponentChildren; narrow?: boolean; label?: string };

/** With a label: for what is read more than used, so that the keyboard can scroll it. */
export function Scroll({ children, narrow, label }: ScrollProps) {
  const reading = label === undefined ? {} : { role: 'region' as const, tabIndex: 0, 'aria-label': label };
  return (
    <div class={styles.scroll} {...reading}>
      <div class={narrow ? styles.narrow : styles.full}>{children}</div>
    </div>
  );
}

export function Card({ title, children }: { title?: string; children: ComponentChildren }) {
  return (
    <section class={styles.section}>
      {title && <h2 class={styles.sectionTitle}>{title}</h2>}
      <div class={styles.card}>{children}</div>
    </section>
  );
}

type EmptyProps = { icon: IconName; title: string; hint?: string; children?: ComponentChildren };

export function Empty({ icon, title, hint, children }: EmptyProps) {
  return (
    <div class={styles.empty}>
      <span class={styles.emptyIcon}>
        <Icon name={icon} size={28} />
      </span>
      <p class={styles.emptyTitle}>{title}</p>
      {hint && <p class={styles.emptyHint}>{hint}</p>}
      {children}
    </div>
  );
}

/** Rows in their final shape while the content is on its way. */
export function SkeletonRows({ count = 6 }: { count?: number }) {
  return (
    <div aria-hidden="true" class={styles.skeletons}>
      {Array.from({ length: count }, (_, i) => (
        <div key={String(i)} class={styles.skeletonRow} style={{ '--i': i }}>
          <span class={styles.skeletonFace} />
          <span class={styles.skeletonWords}>
            <span style={{ width: `${38 + ((i * 17) % 24)}%` }} />
            <span style={{ width: `${56 + ((i * 23) % 34)}%` }} />
          </span>
        </div>
      ))}
    </div>
  );
}
