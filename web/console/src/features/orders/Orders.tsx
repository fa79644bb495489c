import { money } from '@laisee/app/money';
import { orders } from '../../api/orders';
import { t } from '../../i18n/i18n';
import { ListPage } from '../../list/ListPage';
import { Link } from '../../router/router';
import { api } from '../../session/session';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
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
        { key: 'kind', label: words.kind, type: 'choice', choices: choices(words.kinds) },
        { key: 'state', label: words.state, type: 'choice', choices: choices(words.states) },
        { key: 'user', label: words.user, type: 'text', hint: words.userHint },
        { key: 'from', label: words.from, type: 'date' },
        { key: 'to', label: words.to, type: 'date' },
      ]}
      id={({ id }) => id}
      href={({ id }) => `/orders/${id}`}
      marked={({ raised }) => raised !== undefined}
      empty={{ icon: 'orders', title: words.none }}
      exported="orders"
      columns={[
        { id: 'id', head: words.order, text: ({ id }) => id, cell: ({ id }) => <code>{id}</code> },
        {
          id: 'kind',
          head: words.kind,
          text: ({ kind }) => kind,
          cell: ({ kind }) => words.kinds[kind] ?? kind,
        },
        {
          id: 'user',
          head: words.user,
          text: ({ user }) => user,
          cell: ({ user }) => <Link href={`/users/${user}`}>{user}</Link>,
        },
        {
          id: 'state',
          head: words.state,
          text: ({ state }) => state,
          cell: ({ state, raised }) => (
            <>
              <Tag tone={orderTones[state] ?? 'calm'}>{words.states[state] ?? state}</Tag>{' '}
              {raised && <Tag tone="bad">{words.raised}</Tag>}
            </>
          ),
        },
        {
          id: 'created',
          head: words.created,
          text: ({ createdAt }) => new Date(createdAt).toISOString(),
          cell: ({ createdAt }) => <Time at={createdAt} />,
        },
        {
          id: 'amount',
          head: words.amount,
          end: true,
          text: ({ amount }) => String(amount),
          cell: ({ amount }) => <b>{money(amount)}</b>,
        },
      ]}
    />
  );
}
