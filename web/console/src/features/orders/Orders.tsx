import { money } from '@laisee/app/money';
import { orders } from '../../api/orders';
import { t } from '../../i18n/i18n';
import { ListPage } from '../../list/ListPage';
import { Link } from '../../router/router';
import { api } from '../../session/session';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import styles from './orders.module.css';
import { orderTones } from './orderTones';

export function Orders() {
  const words = t.value.orders;
  const choices = (of: Record<string, string>) => Object.entries(of).map(([value, label]) => ({ value, label }));
  return (
    <ListPage
      title={t.value.areas.orders}
      note={words.note}
      label={t.value.areas.orders}
      load={(query, after) => orders(api.value, query, after)}
      filters={[
        {
          key: 'state',
          label: words.state,
          type: 'choice',
          choices: [{ value: 'RAISED', label: words.raised }, ...choices(words.states)],
        },
        { key: 'kind', label: words.kind, type: 'choice', choices: choices(words.kinds) },
        { key: 'user', label: words.user, type: 'text', hint: words.userHint },
        { key: 'from', label: words.from, type: 'date' },
        { key: 'to', label: words.to, type: 'date' },
      ]}
      id={({ id }) => id}
      href={({ id }) => `/orders/${id}`}
      marked={({ raised }) => raised.length > 0}
      empty={{ icon: 'orders', title: words.none }}
      exported="orders"
      columns={[
        {
          id: 'kind',
          head: words.order,
          text: ({ id, kind }) => `${kind} ${id}`,
          cell: ({ kind, destination }) => (
            <>
              <b>{words.kinds[kind] ?? kind}</b>{' '}
              {destination && <small class={styles.goesTo}>{words.goesTo(destination)}</small>}
            </>
          ),
        },
        {
          id: 'user',
          head: words.user,
          text: ({ user }) => user,
          cell: ({ user, userName }) => <Link href={`/users/${user}`}>{userName || user}</Link>,
        },
        {
          id: 'state',
          head: words.state,
          text: ({ state, raised }) => (raised.length > 0 ? `${state} RAISED` : state),
          cell: ({ state, raised }) => (
            <>
              <Tag tone={orderTones[state] ?? 'calm'}>{words.states[state] ?? state}</Tag>{' '}
              {raised.length > 0 && <Tag tone="bad">{words.raised}</Tag>}
            </>
          ),
        },
        {
          id: 'created',
          head: words.created,
          sortable: true,
          text: ({ createdAt }) => new Date(createdAt).toISOString(),
          cell: ({ createdAt }) => <Time at={createdAt} />,
        },
        {
          id: 'changed',
          head: words.changed,
          sortable: true,
          text: ({ changedAt }) => new Date(changedAt).toISOString(),
          cell: ({ changedAt }) => <Time at={changedAt} />,
        },
        {
          id: 'amount',
          head: words.amount,
          end: true,
          sortable: true,
          text: ({ amount }) => String(amount),
          cell: ({ amount }) => <b>{money(amount)}</b>,
        },
      ]}
    />
  );
}
