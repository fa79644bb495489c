import { hits } from '../../api/risk';
import { t } from '../../i18n/i18n';
import { ListPage } from '../../list/ListPage';
import { Link } from '../../router/router';
import { api } from '../../session/session';
import { Tag, type Tone } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { RiskTabs } from './RiskTabs';

const tones: Record<string, Tone> = { DRY_RUN: 'warn', FLAGGED: 'warn', SUSPENDED: 'bad', ALREADY: 'calm' };

export function Hits() {
  const words = t.value.risk;
  return (
    <ListPage
      title={t.value.areas.risk}
      note={words.hitsNote}
      label={words.hits}
      load={(query, after) => hits(api.value, query, after)}
      filters={[
        { key: 'rule', label: words.rule, type: 'text', hint: words.ruleHint },
        { key: 'user', label: words.user, type: 'text', hint: words.userHint },
      ]}
      id={({ id }) => id}
      empty={{ icon: 'risk', title: words.noHits, hint: words.noHitsHint }}
      exported="rule-hits"
      columns={[
        {
          id: 'at',
          head: words.when,
          text: ({ at }) => new Date(at).toISOString(),
          cell: ({ at }) => <Time at={at} whole />,
        },
        { id: 'rule', head: words.rule, text: ({ rule }) => rule, cell: ({ rule }) => rule },
        {
          id: 'user',
          head: words.user,
          text: ({ user }) => user,
          cell: ({ user }) => <Link href={`/users/${user}`}>{user}</Link>,
        },
        { id: 'count', head: words.count, end: true, text: ({ count }) => String(count), cell: ({ count }) => count },
        {
          id: 'effect',
          head: words.effect,
          text: ({ effect }) => effect,
          cell: ({ effect }) => <Tag tone={tones[effect] ?? 'calm'}>{words.effects[effect] ?? effect}</Tag>,
        },
      ]}
    >
      <RiskTabs />
    </ListPage>
  );
}
