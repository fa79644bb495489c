import { type ReadonlySignal, signal } from '@preact/signals';

/** Something a person started: whether it is under way, and why it failed. */
export type Action<A extends unknown[]> = {
  readonly busy: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<unknown>;
  run: (...args: A) => Promise<boolean>;
  forget: () => void;
};

/** Runs once at a time; a second tap while the first is under way does nothing. */
export function action<A extends unknown[]>(work: (...args: A) => Promise<void>): Action<A> {
  const busy = signal(false);
  const problem = signal<unknown>(undefined);
  return {
    busy,
    problem,
    forget: () => {
      problem.value = undefined;
    },
    run: async (...args) => {
      if (busy.value) return false;
      busy.value = true;
      problem.value = undefined;
      try {
        await work(...args);
        return true;
      } catch (reason) {
        problem.value = reason;
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
