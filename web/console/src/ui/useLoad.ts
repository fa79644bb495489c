import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

export type Loaded<T> = {
  readonly value: ReadonlySignal<T | undefined>;
  readonly problem: ReadonlySignal<unknown>;
  again: () => void;
};

/** Loads one thing for as long as `key` is the same, and again every `everyMs` while the page is looked at. */
export function useLoad<T>(key: string, load: () => Promise<T>, everyMs = 0): Loaded<T> {
  const value = useSignal<T | undefined>(undefined);
  const problem = useSignal<unknown>(undefined);
  const round = useSignal(0);
  // `key` says all that `load` depends on.
  useEffect(() => {
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const fetch = async () => {
      if (!document.hidden || value.peek() === undefined) {
        try {
          const found = await load();
          if (gone) return;
          value.value = found;
          problem.value = undefined;
        } catch (reason) {
          if (gone) return;
          problem.value = reason;
        }
      }
      if (everyMs > 0) timer = setTimeout(() => void fetch(), everyMs);
    };
    void fetch();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [key, round.value, everyMs]);
  useEffect(() => {
    value.value = undefined;
    problem.value = undefined;
  }, [key]);
  return {
    value,
    problem,
    again: () => {
      round.value += 1;
    },
  };
}
