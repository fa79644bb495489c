import { money } from '@laisee/app/money';
import { disputes } from '../../api/disputes';
import { t } from '../../i18n/i18n';
import { ListPage } from '../../list/ListPage';
import { api } from '../../session/session';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { stateOf, tones } from './disputeModel';

export function Disputes() {
  const words = t.value.disputes;
  return (
    <ListPage
      title={t.value.areas.disputes}
      note={words.note}
      label={t.value.areas.disputes}
      load={(query, after) => disputes(api.value, query, after)}
      filters={[
        {
          key: 'state',
          label: words.state,
          type: 'choice',
          choices: (['OPEN', 'ENDED'] as const).map((value) => ({ value, label: words.filters[value] })),
        },
        { key: 'user', label: words.user, type: 'text', hint: words.userHint },
      ]}
      id={({ id }) => id}
      href={({ id }) => `/disputes/${id}`}
      marked={(row) => stateOf(row) === 'open'}
      empty={{ icon: 'disputes', title: words.none, hint: words.noneHint }}
      exported="disputes"
      columns={[
        {
          id: 'asked',
          head: words.asked,
          sortable: true,
          text: ({ askedAt }) => new Date(askedAt).toISOString(),
          cell: ({ askedAt }) => <Time at={askedAt} />,
        },
        { id: 'id', head: words.transfer, text: ({ id }) => id, cell: ({ id }) => <code>{id}</code> },
        { id: 'reason', head: words.reason, text: ({ reason }) => reason, cell: ({ reason }) => reason },
        {
          id: 'evidence',
          head: words.evidence,
          end: true,
          text: ({ files }) => String(files),
          cell: ({ files }) => files,
        },
        {
          id: 'state',
          head: words.state,
          text: (row) => stateOf(row),
          cell: (row) => <Tag tone={tones[stateOf(row)]}>{words.states[stateOf(row)]}</Tag>,
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
