import { money } from '@laisee/app/money';
import { order } from '../../api/orders';
import { t } from '../../i18n/i18n';
import { wholeTime } from '../../i18n/times';
import { Link } from '../../router/router';
import { api } from '../../session/session';
import { Columns, Facts, Page, Panel, Skeleton } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { useLoad } from '../../ui/useLoad';
import { orderTones } from './orderTones';

export function Order({ id }: { id: string }) {
  const loaded = useLoad(id, () => order(api.value, id));
  const words = t.value.orders;
  const found = loaded.value.value;
  const back = { href: '/orders', label: t.value.areas.orders };
  if (!found)
    return (
      <Page title={words.order} back={back} note={<code>{id}</code>}>
        {loaded.problem.value === undefined ? <Skeleton /> : <Problem of={loaded.problem.value} again={loaded.again} />}
      </Page>
    );
  const { raised } = found;
  return (
    <Page
      back={back}
      title={`${words.kinds[found.kind] ?? found.kind} · ${money(found.amount)}`}
      note={<Tag tone={orderTones[found.state] ?? 'calm'}>{words.states[found.state] ?? found.state}</Tag>}
    >
      <Columns>
        <Panel title={words.order}>
          <Facts
            of={[
              [words.order, <code key="id">{found.id}</code>],
              [
                words.user,
                <Link key="user" href={`/users/${found.user}`}>
                  {found.user}
                </Link>,
              ],
              [words.provider, words.providers[found.provider] ?? found.provider],
              found.reference !== '' && [words.reference, <code key="reference">{found.reference}</code>],
              found.destination !== '' && [words.destination, found.destination],
              [words.attempts, String(found.attempts)],
              [words.created, wholeTime(found.createdAt)],
              [words.changed, wholeTime(found.changedAt)],
              found.reason !== '' && [words.reason, found.reason],
            ]}
          />
        </Panel>
        {raised && (
          <Panel title={words.raised} note={words.raisedNote}>
            <Facts
              of={[
                [words.word, words.states[raised.word] ?? raised.word],
                [words.amount, money(raised.amount)],
                [words.reference, <code key="reference">{raised.reference}</code>],
                raised.reason !== '' && [words.reason, raised.reason],
                [words.since, wholeTime(raised.at)],
                [words.times, String(raised.times)],
              ]}
            />
          </Panel>
        )}
      </Columns>
    </Page>
  );
}
