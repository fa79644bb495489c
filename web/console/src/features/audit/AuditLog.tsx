import { type AuditRow, audit } from '../../api/audit';
import { t } from '../../i18n/i18n';
import { ListPage } from '../../list/ListPage';
import type { Column } from '../../list/Table';
import { Link } from '../../router/router';
import { api } from '../../session/session';
import { Time } from '../../ui/Time';
import { actions, inWords, placeOf } from './auditModel';
import { Change } from './Change';

export function AuditLog() {
  const words = t.value.audit;
  const columns: Column<AuditRow>[] = [
    {
      id: 'at',
      head: words.when,
      text: ({ at }) => new Date(at).toISOString(),
      cell: ({ at }) => <Time at={at} whole />,
    },
    {
      id: 'by',
      head: words.who,
      text: (row) => row.byName || row.by,
      cell: (row) => <Link href={`/audit?by=${row.by}`}>{row.byName || row.by}</Link>,
    },
    {
      id: 'action',
      head: words.what,
      text: ({ action }) => action,
      cell: ({ action }) => words.actions[action] ?? <code>{action}</code>,
    },
    {
      id: 'target',
      head: words.target,
      text: ({ targetKind, target }) => `${targetKind} ${target}`,
      cell: (row) => {
        const place = placeOf(row);
        const name = `${words.targets[row.targetKind] ?? row.targetKind} ${row.target}`;
        return place ? <Link href={place}>{name}</Link> : name;
      },
    },
    { id: 'before', head: words.before, text: ({ before }) => before, cell: () => null },
    {
      id: 'change',
      head: words.change,
      text: ({ after }) => after,
      cell: (row) => <Change before={inWords(row, row.before)} after={inWords(row, row.after)} />,
    },
    { id: 'reason', head: words.reason, text: ({ reason }) => reason, cell: ({ reason }) => reason || '—' },
  ];
  return (
    <ListPage
      title={t.value.areas.audit}
      note={words.note}
      label={t.value.areas.audit}
      load={(query, after) => audit(api.value, query, after)}
      filters={[
        { key: 'by', label: words.who, type: 'text', hint: words.whoHint },
        {
          key: 'action',
          label: words.what,
          type: 'choice',
          choices: actions.map((value) => ({ value, label: words.actions[value] ?? value })),
        },
        { key: 'target', label: words.target, type: 'text', hint: words.targetHint },
        { key: 'from', label: words.from, type: 'date' },
        { key: 'to', label: words.to, type: 'date' },
      ]}
      id={({ id }) => id}
      empty={{ icon: 'audit', title: words.none }}
      exported="audit"
      columns={columns}
      hidden={['before']}
    />
  );
}
