import type { ComponentChildren } from 'preact';
import { Link } from '../router/router';
import { Icon } from '../ui/Icon';
import styles from './Table.module.css';

export type Column<T> = {
  /** Also what the server calls it when it orders by it. */
  id: string;
  head: string;
  cell: (row: T) => ComponentChildren;
  /** For the export; without it the column is not exported. */
  text?: (row: T) => string;
  sortable?: boolean;
  /** Figures stand at the right. */
  end?: boolean;
};

type TableProps<T> = {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  id: (row: T) => string;
  /** Where a row leads; its first cell becomes the link, and the whole row answers to a pointer. */
  href?: ((row: T) => string) | undefined;
  sort?: string;
  onSort?: (sort: string) => void;
  /** A row that deserves a look. */
  marked?: (row: T) => boolean;
};

export function Table<T>({ label, columns, rows, id, href, sort = '', onSort, marked }: TableProps<T>) {
  return (
    <div class={styles.frame}>
      <table class={styles.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => {
              const order = sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : undefined;
              return (
                <th key={column.id} scope="col" class={column.end ? styles.end : ''} aria-sort={order}>
                  {column.sortable && onSort ? (
                    <button
                      type="button"
                      class={styles.sort}
                      onClick={() => onSort(order === 'descending' ? column.id : `-${column.id}`)}
                    >
                      {column.head}
                      <span class={order ? '' : styles.unsorted}>
                        <Icon name={order === 'ascending' ? 'up' : 'down'} size={14} />
                      </span>
                    </button>
                  ) : (
                    column.head
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody onKeyDown={moveByArrows}>
          {rows.map((row) => (
            <tr
              key={id(row)}
              data-row={id(row)}
              class={`${href ? styles.leads : ''} ${marked?.(row) ? styles.marked : ''}`}
            >
              {columns.map((column, i) => (
                <td key={column.id} data-head={column.head} class={column.end ? styles.end : ''}>
                  {i === 0 && href ? (
                    <Link href={href(row)} class={styles.rowLink}>
                      {column.cell(row)}
                    </Link>
                  ) : (
                    column.cell(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Up, down, home and end go from row to row as in a list. */
function moveByArrows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>(`.${styles.rowLink}`)];
  const at = links.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  const link = to === undefined ? undefined : links[to];
  if (!link) return;
  event.preventDefault();
  link.focus();
}
