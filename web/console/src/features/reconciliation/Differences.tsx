import { money } from '@laisee/app/money';
import { differences } from '../../api/reconciliation';
import { t } from '../../i18n/i18n';
import { ListPage } from '../../list/ListPage';
import { api } from '../../session/session';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { differenceTones } from './differenceTones';
import { ReconciliationTabs } from './ReconciliationTabs';

export function Differences() {
  const words = t.value.reconciliation;
  const choices = (of: Record<string, string>) => Object.entries(of).map(([value, label]) => ({ value, label }));
  return (
    <ListPage
      title={t.value.areas.reconciliation}
      note={words.note}
      label={words.differences}
      load={(query, after) => differences(api.value, query, after)}
      filters={[
        { key: 'state', label: words.state, type: 'choice', choices: choices(words.states) },
        { key: 'kind', label: words.kind, type: 'choice', choices: choices(words.kinds) },
        { key: 'user', label: words.user, type: 'text', hint: words.userHint },
      ]}
      id={({ id }) => id}
      href={({ id }) => `/reconciliation/${encodeURIComponent(id)}`}
      marked={({ state }) => state === 'RAISED'}
      empty={{ icon: 'reconciliation', title: words.none, hint: words.noneHint }}
      exported="differences"
      columns={[
        {
          id: 'kind',
          head: words.kind,
          sortable: true,
          text: ({ kind }) => kind,
          cell: ({ kind }) => words.kinds[kind] ?? kind,
        },
        {
          id: 'state',
          head: words.state,
          text: ({ state }) => state,
          cell: ({ state }) => <Tag tone={differenceTones[state] ?? 'calm'}>{words.states[state] ?? state}</Tag>,
        },
        {
          id: 'subject',
          head: words.subject,
          text: ({ subject }) => subject,
          cell: ({ subject }) => <code>{subject}</code>,
        },
        {
          id: 'found',
          head: words.foundAt,
          sortable: true,
          text: ({ foundAt }) => new Date(foundAt).toISOString(),
          cell: ({ foundAt }) => <Time at={foundAt} />,
        },
        {
          id: 'expected',
          head: words.expected,
          end: true,
          text: ({ expected }) => String(expected),
          cell: ({ expected }) => money(expected),
        },
        {
          id: 'is',
          head: words.found,
          end: true,
          text: ({ found }) => String(found),
          cell: ({ found }) => <b>{money(found)}</b>,
        },
      ]}
    >
      <ReconciliationTabs />
    </ListPage>
  );
}
