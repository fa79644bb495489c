import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Client } from '../../client/client';
import type { Movement } from '../../client/wire';
import { dayKey } from '../../i18n/times';
import { type Action, action } from '../../ui/action';
import { download } from '../../ui/download';
import { filterOf, isEmpty, type Wanted } from './statementFilter';

export type Day = { key: number; movements: readonly Movement[] };

/** Newest first, a group for each day. */
export function byDay(movements: readonly Movement[]): Day[] {
  const days: { key: number; movements: Movement[] }[] = [];
  for (const movement of movements) {
    const key = dayKey(Number(movement.atMs));
    const last = days.at(-1);
    if (last && last.key === key) last.movements.push(movement);
    else days.push({ key, movements: [movement] });
  }
  return days;
}

export type StatementModel = {
  readonly wanted: ReadonlySignal<Wanted>;
  readonly days: ReadonlySignal<readonly Day[]>;
  readonly count: ReadonlySignal<number>;
  readonly loaded: ReadonlySignal<boolean>;
  readonly more: ReadonlySignal<boolean>;
  readonly older: Action<[]>;
  readonly csv: Action<[]>;
  /** Looks for something else: at once, or when typing has paused. */
  want: (next: Wanted) => void;
  end: () => void;
};

const pauseMs = 300;

export function statementModel(client: Client): StatementModel {
  const wanted = signal<Wanted>({ search: '' });
  const pulled = signal<readonly Movement[]>([]);
  const loaded = signal(false);
  const more = signal(true);
  let before = '0';
  let round = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  // What was pushed since and what was pulled, each line once. What was pushed is shown unfiltered lists only: whether
  // a line fits is the server's to say.
  const all = computed(() => {
    const pushed = isEmpty(wanted.value) ? client.movements.value : [];
    const seen = new Map<string, Movement>();
    for (const one of [...pushed, ...pulled.value]) seen.set(one.number, one);
    return [...seen.values()].sort((a, b) => (BigInt(b.number) > BigInt(a.number) ? 1 : -1));
  });

  const older = action(async () => {
    // Another search may begin while this one is under way: then its answer is nobody's any more, and the new one is asked.
    for (;;) {
      const asked = round;
      const page = await client.statement(before, filterOf(wanted.value));
      if (asked !== round) continue;
      pulled.value = [...pulled.value, ...page.movements];
      before = page.nextBefore;
      more.value = page.more;
      loaded.value = true;
      // A page in which no line fitted is nothing to look at: on to the next.
      if (page.movements.length > 0 || !page.more) return;
    }
  });

  const begin = () => {
    round++;
    before = '0';
    pulled.value = [];
    loaded.value = false;
    more.value = true;
    void older.run();
  };

  return {
    wanted,
    days: computed(() => byDay(all.value)),
    count: computed(() => all.value.length),
    loaded,
    more,
    older,
    csv: action(async () => {
      const file = await client.statementCsv(filterOf(wanted.value));
      download(`laisee-statement-${new Date().toISOString().slice(0, 10)}.csv`, 'text/csv', file);
    }),
    want: (next) => {
      const typing = next.search !== wanted.value.search;
      wanted.value = next;
      clearTimeout(timer);
      if (typing) timer = setTimeout(begin, pauseMs);
      else begin();
    },
    end: () => clearTimeout(timer),
  };
}
