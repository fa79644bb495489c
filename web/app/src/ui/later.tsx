import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { LaiseeError } from '../client/client';
import { t } from '../i18n/i18n';
import { Button } from './Button';
import styles from './later.module.css';
import { Problem } from './Problem';

/** How long after a fetch that failed it is tried again, while nobody waits for it. */
const pause = 30_000;

/** Each tells whether it has its screen. */
const fetches: (() => Promise<boolean>)[] = [];

/** A screen whose script is not part of the first load: it comes when it is first wanted, or when there is time. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const held = signal<ComponentType<P> | undefined>(undefined);
  const failed = signal(false);
  let under: Promise<boolean> | undefined;
  const fetch = () => {
    under ??= load().then(
      (screen) => {
        held.value = screen;
        return true;
      },
      () => {
        under = undefined;
        return false;
      },
    );
    return under;
  };
  fetches.push(fetch);
  const want = async () => {
    failed.value = false;
    failed.value = !(await fetch());
  };
  return function Later(props: P) {
    const Screen = held.value;
    useEffect(() => void want(), []);
    if (Screen) return <Screen {...props} />;
    if (!failed.value) return <div class={styles.waiting} aria-busy="true" />;
    return (
      <div class={styles.failed}>
        <Problem of={LaiseeError.offline()} />
        <Button onClick={() => void want()}>{t.value.common.retry}</Button>
      </div>
    );
  };
}

/** Fetches every screen once the browser has nothing better to do, so that none has to be waited for. */
export function fetchScreensWhenIdle(): void {
  const idle = window.requestIdleCallback ?? ((work: () => void) => setTimeout(work, 2000));
  const next = (index: number): void => {
    const fetch = fetches[index];
    if (!fetch) return;
    idle(async () => {
      if (await fetch()) next(index + 1);
      else setTimeout(() => next(index), pause);
    });
  };
  next(0);
}
