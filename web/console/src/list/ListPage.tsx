import { toast } from '@laisee/app/ui/toast';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useMemo } from 'preact/hooks';
import { t } from '../i18n/i18n';
import { explain } from '../i18n/refusals';
import { query, setQuery } from '../router/router';
import { Button, IconButton } from '../ui/Button';
import { type Choice, Field, Select } from '../ui/Field';
import type { IconName } from '../ui/Icon';
import { Empty, Page, Panel, Skeleton } from '../ui/Page';
import { Problem } from '../ui/Problem';
import { csv, download } from './csv';
import styles from './ListPage.module.css';
import { type ListModel, type LoadPage, listModel } from './listModel';
import { type Column, Table } from './Table';

/** The most rows an export holds; more belong into the server's own exports. */
const exportMax = 10_000;
/** How long typing rests before the list follows it. */
const restMs = 300;

export type Filter =
  | { key: string; label: string; type: 'text' | 'date'; hint?: string }
  | { key: string; label: string; type: 'choice'; choices: readonly Choice[] };

type ListProps<T> = {
  label: string;
  /** Stands above a list that is only part of a page. */
  heading?: string;
  load: LoadPage<T>;
  filters?: readonly Filter[];
  columns: readonly Column<T>[];
  id: (row: T) => string;
  href?: (row: T) => string;
  marked?: (row: T) => boolean;
  sort?: string;
  empty: { icon: IconName; title: string; hint?: string };
  /** The name of the exported file, without its ending; no name: nothing to export. */
  exported?: string;
  /** Columns that are exported and not shown. */
  hidden?: readonly string[];
  /** Filters that always hold and do not stand in the address. */
  fixed?: Readonly<Record<string, string>>;
  /** Whoever changes something a list shows makes it load anew by raising this. */
  version?: number;
};

type ListPageProps<T> = ListProps<T> & {
  title: string;
  note?: ComponentChildren;
  actions?: ComponentChildren;
  /** Stands between heading and list. */
  children?: ComponentChildren;
};

/** A page that is one list: filters above, rows below, more on demand. Filters and order stand in the address. */
export function ListPage<T>({ title, note, actions, children, ...list }: ListPageProps<T>) {
  return (
    <Page title={title} note={note} actions={actions}>
      {children}
      <List {...list} />
    </Page>
  );
}

export function List<T>(props: ListProps<T>) {
  const {
    label,
    load,
    filters = [],
    columns,
    id,
    href,
    marked,
    empty,
    exported,
    hidden = [],
    fixed,
    version = 0,
  } = props;
  // Made once for its place on the screen: `load` must depend on nothing that changes there.
  const list = useMemo<ListModel<T>>(() => listModel(load), []);
  const chosen = query.value;
  const keys = filters.map(({ key }) => key);
  const sort = chosen.sort ?? props.sort ?? '';
  const asked = {
    ...Object.fromEntries(keys.flatMap((key) => (chosen[key] ? [[key, chosen[key]]] : []))),
    ...(sort ? { sort } : {}),
    ...fixed,
  };
  const wanted = JSON.stringify([asked, version]);
  // `wanted` says all that the list depends on.
  useEffect(() => void list.show(asked), [wanted]);
  const filtered = keys.some((key) => chosen[key]);
  const exporting = useSignal(false);
  const unfolded = useSignal(false);
  const fields = useId();
  const words = t.value.list;

  async function saveAll() {
    exporting.value = true;
    try {
      const rows = await list.all(exportMax);
      const cells = columns.filter((column) => column.text);
      const lines = rows.map((row) => cells.map((column) => column.text?.(row) ?? ''));
      download(
        `${exported}.csv`,
        csv(
          cells.map((column) => column.head),
          lines,
        ),
      );
      if (rows.length === exportMax) toast(words.exportCut(exportMax));
    } catch (reason) {
      toast(explain(reason));
    } finally {
      exporting.value = false;
    }
  }

  return (
    <Panel flush {...(props.heading ? { title: props.heading } : {})}>
      <search class={styles.tools}>
        {filters.length > 1 && (
          <div class={styles.unfold}>
            <Button
              icon="filter"
              aria-expanded={unfolded.value}
              aria-controls={`${fields}f`}
              data-testid="filters"
              onClick={() => {
                unfolded.value = !unfolded.value;
              }}
            >
              {words.filters(keys.filter((key) => chosen[key]).length)}
            </Button>
          </div>
        )}
        <div id={`${fields}f`} class={`${styles.fields} ${filters.length > 1 && !unfolded.value ? styles.folded : ''}`}>
          {filters.map((filter) => (
            <FilterField key={filter.key} filter={filter} value={chosen[filter.key] ?? ''} />
          ))}
        </div>
        <div class={styles.buttons}>
          {filtered && (
            <Button look="plain" onClick={() => setQuery(Object.fromEntries(keys.map((key) => [key, ''])))}>
              {words.clear}
            </Button>
          )}
          {exported && (
            <Button icon="download" busy={exporting.value} onClick={() => void saveAll()} data-testid="export">
              {words.export}
            </Button>
          )}
          <IconButton icon="refresh" label={words.again} onClick={() => void list.again()} />
        </div>
      </search>
      <div aria-busy={list.busy.value} class={styles.rows} data-testid="list">
        {list.problem.value !== undefined && (
          <div class={styles.problem}>
            <Problem of={list.problem.value} again={() => void list.again()} />
          </div>
        )}
        {!list.shown.value && <Skeleton />}
        {list.shown.value && list.rows.value.length === 0 && list.problem.value === undefined && (
          <Empty
            icon={empty.icon}
            title={filtered ? words.noneFits : empty.title}
            hint={filtered ? words.noneFitsHint : empty.hint}
          />
        )}
        {list.rows.value.length > 0 && (
          <Table
            label={label}
            columns={columns.filter((column) => !hidden.includes(column.id))}
            rows={list.rows.value}
            id={id}
            href={href}
            sort={sort}
            onSort={(next) => setQuery({ sort: next })}
            {...(marked ? { marked } : {})}
          />
        )}
      </div>
      {list.rows.value.length > 0 && (
        <footer class={styles.footer}>
          <span role="status">{words.shown(list.rows.value.length, list.more.value)}</span>
          {list.more.value && (
            <Button busy={list.busy.value} onClick={() => void list.next()}>
              {words.more}
            </Button>
          )}
        </footer>
      )}
    </Panel>
  );
}

function FilterField({ filter, value }: { filter: Filter; value: string }) {
  const typed = useSignal<string | undefined>(undefined);
  const key = filter.key;
  useEffect(() => {
    if (typed.value === undefined) return;
    const timer = setTimeout(() => setQuery({ [key]: typed.value?.trim() ?? '' }), restMs);
    return () => clearTimeout(timer);
  }, [typed.value, key]);
  // What the address says wins again once it has followed, as when filters are cleared.
  useEffect(() => {
    if (typed.value?.trim() === value || value === '') typed.value = undefined;
  }, [value]);
  if (filter.type === 'choice')
    return (
      <div class={styles.choice}>
        <Select
          label={filter.label}
          value={value}
          choices={[{ value: '', label: t.value.list.all }, ...filter.choices]}
          data-testid={`filter-${key}`}
          onText={(text) => setQuery({ [key]: text })}
        />
      </div>
    );
  return (
    <div class={filter.type === 'date' ? styles.date : styles.text}>
      <Field
        label={filter.label}
        type={filter.type === 'date' ? 'date' : 'search'}
        value={typed.value ?? value}
        placeholder={filter.hint}
        data-testid={`filter-${key}`}
        onText={(text) => {
          typed.value = text;
        }}
      />
    </div>
  );
}
