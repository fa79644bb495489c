import type { ComponentChildren } from 'preact';
import { t } from '../i18n/i18n';
import { Link } from '../router/router';
import { Icon, type IconName } from './Icon';
import styles from './Page.module.css';

type PageProps = {
  title: ComponentChildren;
  note?: ComponentChildren;
  /** The list this is one of. */
  back?: { href: string; label: string };
  actions?: ComponentChildren;
  children: ComponentChildren;
};

export function Page({ title, note, back, actions, children }: PageProps) {
  return (
    <div class={styles.page}>
      <header class={styles.header}>
        <div class={styles.words}>
          {back && (
            <Link href={back.href} class={styles.back}>
              <Icon name="back" size={16} />
              {back.label}
            </Link>
          )}
          <h1>{title}</h1>
          {note && <p>{note}</p>}
        </div>
        {actions && <div class={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

type PanelProps = {
  title?: ComponentChildren;
  note?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
  flush?: boolean;
};

/** One thing on a page. `flush`: what is inside reaches its edges. */
export function Panel({ title, note, actions, children, flush }: PanelProps) {
  return (
    <section class={styles.panel}>
      {title && (
        <header class={styles.panelHead}>
          <div>
            <h2>{title}</h2>
            {note && <p>{note}</p>}
          </div>
          {actions && <div class={styles.actions}>{actions}</div>}
        </header>
      )}
      <div class={flush ? '' : styles.panelBody}>{children}</div>
    </section>
  );
}

/** Panels side by side where there is room. */
export function Columns({ children }: { children: ComponentChildren }) {
  return <div class={styles.columns}>{children}</div>;
}

export function Stack({ children }: { children: ComponentChildren }) {
  return <div class={styles.stack}>{children}</div>;
}

/** What is known of one thing: a name and a value on each line. */
export function Facts({ of }: { of: readonly (readonly [string, ComponentChildren] | undefined | false)[] }) {
  return (
    <dl class={styles.facts}>
      {of.map(
        (one) =>
          one && (
            <div key={one[0]}>
              <dt>{one[0]}</dt>
              <dd>{one[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

export function Empty({ icon, title, hint }: { icon: IconName; title: string; hint?: string | undefined }) {
  return (
    <div class={styles.empty}>
      <span class={styles.emptyIcon}>
        <Icon name={icon} size={24} />
      </span>
      <p>{title}</p>
      {hint && <p class={styles.emptyHint}>{hint}</p>}
    </div>
  );
}

/** Lines in their final shape while the content is on its way. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  return (
    <div class={styles.skeleton} role="status">
      <span class="visually-hidden">{t.value.common.loading}</span>
      {Array.from({ length: lines }, (_, i) => (
        <span key={String(i)} style={{ '--i': i }} />
      ))}
    </div>
  );
}
