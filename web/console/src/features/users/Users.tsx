import { Avatar } from '@laisee/app/ui/avatar';
import { findUsers } from '../../api/users';
import { t } from '../../i18n/i18n';
import { ListPage } from '../../list/ListPage';
import { api } from '../../session/session';
import { Time } from '../../ui/Time';
import styles from './users.module.css';

export function Users() {
  const words = t.value.users;
  return (
    <ListPage
      title={t.value.areas.users}
      note={words.note}
      label={t.value.areas.users}
      load={(query) => findUsers(api.value, query.q ?? '')}
      filters={[{ key: 'q', label: words.find, type: 'text', hint: words.findHint }]}
      id={({ id }) => id}
      href={({ id }) => `/users/${id}`}
      empty={{ icon: 'users', title: words.none, hint: words.noneHint }}
      exported="users"
      columns={[
        {
          id: 'name',
          head: words.user,
          text: ({ name }) => name,
          cell: (user) => (
            <span class={styles.person}>
              <Avatar face={user.face} name={user.displayName} size={28} />
              <span>{user.displayName || user.name}</span>
            </span>
          ),
        },
        { id: 'login', head: words.name, text: (user) => user.displayName, cell: ({ name }) => <code>{name}</code> },
        { id: 'id', head: words.id, text: ({ id }) => id, cell: ({ id }) => <code>{id}</code> },
        {
          id: 'created',
          head: words.since,
          text: ({ createdAt }) => new Date(createdAt).toISOString(),
          cell: ({ createdAt }) => <Time at={createdAt} />,
        },
      ]}
    />
  );
}
