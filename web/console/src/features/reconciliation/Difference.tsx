import { money } from '@laisee/app/money';
import { useSignal } from '@preact/signals';
import { closeDifference, difference } from '../../api/reconciliation';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { wholeTime } from '../../i18n/times';
import { Link } from '../../router/router';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Columns, Facts, Page, Panel, Skeleton } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { useLoad } from '../../ui/useLoad';
import { differenceTones } from './differenceTones';

export function Difference({ id }: { id: string }) {
  const loaded = useLoad(id, () => difference(api.value, id));
  const closing = useSignal(false);
  const words = t.value.reconciliation;
  const found = loaded.value.value;
  const back = { href: '/reconciliation', label: t.value.areas.reconciliation };
  if (!found)
    return (
      <Page title={words.difference} back={back}>
        {loaded.problem.value === undefined ? <Skeleton /> : <Problem of={loaded.problem.value} again={loaded.again} />}
      </Page>
    );
  const open = found.state === 'OPEN' || found.state === 'RAISED';
  const packet = found.kind.startsWith('packet-') || found.kind.startsWith('credit-');
  return (
    <Page
      back={back}
      title={words.kinds[found.kind] ?? found.kind}
      note={<Tag tone={differenceTones[found.state] ?? 'calm'}>{words.states[found.state] ?? found.state}</Tag>}
      actions={
        open &&
        mayI('reconcile') && (
          <Button look="primary" data-testid="difference-close" onClick={() => (closing.value = true)}>
            {words.close}
          </Button>
        )
      }
    >
      <Columns>
        <Panel title={words.evidence}>
          <Facts
            of={[
              [words.inWords, found.words],
              [words.expected, <b key="expected">{money(found.expected)}</b>],
              [words.found, <b key="found">{money(found.found)}</b>],
              [
                words.subject,
                packet ? (
                  <Link key="s" href={`/packets/${found.subject}`}>
                    {found.subject}
                  </Link>
                ) : (
                  found.subject
                ),
              ],
              found.user !== '' &&
                found.user !== '0' && [
                  words.user,
                  <Link key="u" href={`/users/${found.user}`}>
                    {found.user}
                  </Link>,
                ],
            ]}
          />
        </Panel>
        <Panel title={words.where}>
          <Facts
            of={[
              [words.place, words.placeAt(found.shard, found.position)],
              found.otherShard !== undefined && [words.other, words.placeAt(found.otherShard, found.otherPosition)],
              [words.at, wholeTime(found.at)],
              [words.foundAt, wholeTime(found.foundAt)],
              [words.changedAt, wholeTime(found.changedAt)],
              found.returned > 0 && [words.returned, String(found.returned)],
              found.closedBy !== '' && [words.closedBy, found.closedBy],
              found.closedReason !== '' && [t.value.audit.reason, found.closedReason],
            ]}
          />
        </Panel>
      </Columns>
      {closing.value && (
        <ChangeDialog
          title={words.close}
          what={words.closeWhat}
          yes={words.close}
          done={words.closed}
          change={(reason) => closeDifference(api.value, found.id, reason)}
          onDone={loaded.again}
          onClose={() => (closing.value = false)}
        />
      )}
    </Page>
  );
}
