import { money } from '@laisee/app/money';
import { Avatar } from '@laisee/app/ui/avatar';
import { useSignal } from '@preact/signals';
import { type Decision, type Dispute as Disputed, decide, dispute } from '../../api/disputes';
import type { User } from '../../api/users';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { wholeTime } from '../../i18n/times';
import { Link } from '../../router/router';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Columns, Empty, Facts, Page, Panel, Skeleton, Stack } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { useLoad } from '../../ui/useLoad';
import { stateOf, tones } from './disputeModel';
import styles from './disputes.module.css';
import { Evidence } from './Evidence';

export function Dispute({ id }: { id: string }) {
  const loaded = useLoad(id, () => dispute(api.value, id));
  const deciding = useSignal<Decision | undefined>(undefined);
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
            <Button data-testid="dispute-release" onClick={() => (deciding.value = 'release')}>
              {words.release}
            </Button>
            <Button look="primary" data-testid="dispute-return" onClick={() => (deciding.value = 'return')}>
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
        </Stack>
        <Stack>
          <People sender={found.sender} receiver={found.receiver} of={of} />
          <Panel title={words.evidence}>
            {files.length === 0 ? <Empty icon="file" title={words.noEvidence} /> : <Evidence files={files} />}
          </Panel>
        </Stack>
      </Columns>
      {decision && (
        <ChangeDialog
          title={decision === 'return' ? words.return : words.release}
          what={(decision === 'return' ? words.returnWhat : words.releaseWhat)(money(of.amount))}
          yes={decision === 'return' ? words.return : words.release}
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

function People({ of, sender, receiver }: { of: Disputed; sender: User | undefined; receiver: User | undefined }) {
  const words = t.value.disputes;
  const people = [
    { role: words.sender, id: of.sender, user: sender },
    { role: words.receiver, id: of.receiver, user: receiver },
  ];
  return (
    <Panel title={words.people}>
      <ul class={styles.people}>
        {people.map(({ role, id, user }) => (
          <li key={role}>
            <Avatar face={user?.face ?? ''} name={user?.displayName ?? id} size={40} />
            <span>
              <small>{role}</small>
              <Link href={`/users/${id}`}>{user?.displayName || user?.name || id}</Link>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
