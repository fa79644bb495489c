import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { Refused } from '../api/api';
import { Problem } from './Problem';

/** A screen whose script comes when it is first wanted. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const held = signal<ComponentType<P> | undefined>(undefined);
  const failed = signal(false);
  const fetch = () => {
    failed.value = false;
    load().then(
      (screen) => {
        held.value = screen;
      },
      () => {
        failed.value = true;
      },
    );
  };
  return function Later(props: P) {
    const Screen = held.value;
    useEffect(() => {
      if (!held.peek()) fetch();
    }, []);
    if (Screen) return <Screen {...props} />;
    if (failed.value) return <Problem of={new Refused('OFFLINE', '')} again={fetch} />;
    return <div aria-busy="true" />;
  };
}
