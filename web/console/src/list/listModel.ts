import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { PageOf } from '../api/api';

/** Fetches a page: with these filters and this order, after that place. */
export type LoadPage<T> = (query: Readonly<Record<string, string>>, after: string | undefined) => Promise<PageOf<T>>;

export type ListModel<T> = {
  readonly rows: ReadonlySignal<readonly T[]>;
  readonly busy: ReadonlySignal<boolean>;
  /** False until the first page, or the reason why there is none, has come. */
  readonly shown: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<unknown>;
  readonly more: ReadonlySignal<boolean>;
  /** From the first page; what is shown stays until its successor is there. */
  show: (query: Readonly<Record<string, string>>) => Promise<void>;
  again: () => Promise<void>;
  next: () => Promise<void>;
  /** All rows of the list as it is filtered now, at most `most`. */
  all: (most: number) => Promise<T[]>;
};

export function listModel<T>(load: LoadPage<T>): ListModel<T> {
  const rows = signal<readonly T[]>([]);
  const busy = signal(false);
  const shown = signal(false);
  const problem = signal<unknown>(undefined);
  const after = signal<string | undefined>(undefined);
  const more = signal(false);
  let query: Readonly<Record<string, string>> = {};
  /* Only the newest request's answer counts: a slow one must not overwrite a later filter. */
  let newest = 0;

  async function fetch(from: string | undefined): Promise<void> {
    const mine = ++newest;
    busy.value = true;
    try {
      const page = await load(query, from);
      if (mine !== newest) return;
      batch(() => {
        rows.value = from === undefined ? page.rows : [...rows.peek(), ...page.rows];
        after.value = page.next;
        more.value = page.next !== undefined;
        problem.value = undefined;
      });
    } catch (reason) {
      if (mine === newest) problem.value = reason;
    } finally {
      if (mine === newest)
        batch(() => {
          busy.value = false;
          shown.value = true;
        });
    }
  }

  return {
    rows,
    busy,
    shown,
    problem,
    more,
    show: (next) => {
      query = next;
      return fetch(undefined);
    },
    again: () => fetch(undefined),
    next: async () => {
      if (after.peek() !== undefined && !busy.peek()) await fetch(after.peek());
    },
    all: async (most) => {
      const found: T[] = [];
      let from: string | undefined;
      do {
        const page = await load(query, from);
        found.push(...page.rows);
        from = page.next;
      } while (from !== undefined && found.length < most);
      return found.slice(0, most);
    },
  };
}
