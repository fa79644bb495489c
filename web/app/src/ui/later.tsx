import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { LaiseeError } from '../client/client';
import { t } from '../i18n/i18n';
import { Button } from './Button';
import styles from './later.module.css';
import { Problem } from './Problem';

const fetches: (() => Promise<void>)[] = [];

/** A screen whose script is not part of the first load: it comes when it is first wanted, or when there is time. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const held = signal<ComponentType<P> | undefined>(undefined);
  const failed = signal(false);
  let under: Promise<void> | undefined;
  const fetch = () => {
    under ??= load().then(
      (screen) => {
        held.value = screen;
      },
      () => {
        under = undefined;
        failed.value = true;
      },
    );
    return under;
  };
  fetches.push(fetch);
  const again = () => {
    failed.value = false;
    void fetch();
  };
  return function Later(props: P) {
    const Screen = held.value;
    useEffect(() => void fetch(), []);
    if (Screen) return <Screen {...props} />;
    if (!failed.value) return <div class={styles.waiting} aria-busy="true" />;
    return (
      <div class={styles.failed}>
        <Problem of={LaiseeError.offline()} />
        <Button onClick={again}>{t.value.common.retry}</Button>
      </div>
    );
  };
}

/** Fetches every screen once the browser has nothing better to do, so that none has to be waited for. */
export function fetchScreensWhenIdle(): void {
  const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 2000));
  const next = (index: number): unknown =>
    fetches[index] && idle(() => void fetches[index]?.().then(() => next(index + 1)));
  next(0);
}
