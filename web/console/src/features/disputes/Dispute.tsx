import { money } from '@laisee/app/money';
import { Avatar } from '@laisee/app/ui/avatar';
import { useSignal } from '@preact/signals';
import { type Dispute as Disputed, decide, dispute, type Earlier } from '../../api/disputes';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { wholeTime } from '../../i18n/times';
import { Table } from '../../list/Table';
import { Link } from '../../router/router';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Columns, Empty, Facts, Page, Panel, Skeleton, Stack } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { useLoad } from '../../ui/useLoad';
import { stateOf, tones } from './disputeModel';
import styles from './disputes.module.css';
import { Evidence } from './Evidence';

export function Dispute({ id }: { id: string }) {
  const loaded = useLoad(id, () => dispute(api.value, id));
  const deciding = useSignal<'RETURNED' | 'RELEASED' | undefined>(undefined);
  const words = t.value.disputes;
  const found = loaded.value.value;
  const back = { href: '/disputes', label: t.value.areas.disputes };
  if (!found)
    return (
      <Page title={words.dispute} back={back} note={<code>{id}</code>}>
        {loaded.problem.value === undefined ? <Skeleton /> : <Problem of={loaded.problem.value} again={loaded.again} />}
      </Page>
    );
  const { dispute: of, files } = found;
  const state = stateOf(of);
  const open = state === 'open' && mayI('decide-disputes');
  const decision = deciding.value;
  return (
    <Page
      back={back}
      title={`${words.dispute} · ${money(of.amount)}`}
      note={
        <>
          <Tag tone={tones[state]}>{words.states[state]}</Tag> <code>{of.id}</code>
        </>
      }
      actions={
        open && (
          <>
            <Button data-testid="dispute-release" onClick={() => (deciding.value = 'RELEASED')}>
              {words.release}
            </Button>
            <Button look="primary" data-testid="dispute-return" onClick={() => (deciding.value = 'RETURNED')}>
              {words.return}
            </Button>
          </>
        )
      }
    >
      <Columns>
        <Stack>
          <Panel title={words.why}>
            <blockquote class={styles.reason}>{of.reason}</blockquote>
          </Panel>
          <Panel title={words.transfer}>
            <Facts
              of={[
                [words.amount, <b key="amount">{money(of.amount)}</b>],
                of.note !== '' && [words.transferNote, of.note],
                [words.sent, wholeTime(of.createdAt)],
                [words.asked, wholeTime(of.askedAt)],
                [words.arrives, wholeTime(of.arrivesAt)],
              ]}
            />
          </Panel>
          {state !== 'open' && <Decided of={of} />}
          <Between of={of} transfers={found.earlier} />
        </Stack>
        <Stack>
          <People of={of} />
          <Panel title={words.evidence}>
            {files.length === 0 ? (
              <Empty icon="file" title={words.noEvidence} />
            ) : (
              <Evidence dispute={of.id} files={files} />
            )}
          </Panel>
        </Stack>
      </Columns>
      {decision && (
        <ChangeDialog
          title={decision === 'RETURNED' ? words.return : words.release}
          what={(decision === 'RETURNED' ? words.returnWhat : words.releaseWhat)(money(of.amount))}
          yes={decision === 'RETURNED' ? words.return : words.release}
          done={words.decided}
          danger
          typed={money(of.amount).slice(1)}
          change={(reason) => decide(api.value, of.id, decision, reason)}
          onDone={loaded.again}
          onClose={() => (deciding.value = undefined)}
        />
      )}
    </Page>
  );
}

function Decided({ of }: { of: Disputed }) {
  const words = t.value.disputes;
  return (
    <Panel title={words.decision}>
      <Facts
        of={[
          [words.outcome, words.states[stateOf(of)]],
          of.decidedAt > 0 && [words.when, wholeTime(of.decidedAt)],
          of.decidedBy !== '' && [words.by, of.decidedBy],
          of.decisionReason !== '' && [words.reason, of.decisionReason],
        ]}
      />
    </Panel>
  );
}

function People({ of }: { of: Disputed }) {
  const words = t.value.disputes;
  const people = [
    { role: words.sender, user: of.sender },
    { role: words.receiver, user: of.receiver },
  ];
  return (
    <Panel title={words.people}>
      <ul class={styles.people}>
        {people.map(({ role, user }) => (
          <li key={role}>
            <Avatar face={user.face} name={user.displayName || user.id} size={40} />
            <span>
              <small>{role}</small>
              <Link href={`/users/${user.id}`}>{user.displayName || user.name || user.id}</Link>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** Whether the two have sent each other money before says much about a dispute. */
function Between({ of, transfers }: { of: Disputed; transfers: readonly Earlier[] }) {
  const words = t.value.disputes;
  const name = (id: string) => (id === of.sender.id ? of.sender : of.receiver).displayName || id;
  return (
    <Panel title={words.earlier} flush>
      {transfers.length === 0 ? (
        <Empty icon="disputes" title={words.noEarlier} />
      ) : (
        <Table
          label={words.earlier}
          rows={transfers}
          id={({ id }) => id}
          columns={[
            { id: 'at', head: words.sent, cell: ({ createdAt }) => <Time at={createdAt} /> },
            { id: 'by', head: words.sender, cell: ({ sender }) => name(sender) },
            { id: 'status', head: words.state, cell: ({ status }) => words.transferStates[status] ?? status },
            { id: 'amount', head: words.amount, end: true, cell: ({ amount }) => <b>{money(amount)}</b> },
          ]}
        />
      )}
    </Panel>
  );
}
