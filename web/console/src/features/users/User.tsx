import { money, plain, signed } from '@laisee/app/money';
import { Avatar } from '@laisee/app/ui/avatar';
import { useSignal } from '@preact/signals';
import { type UserDetails, userDetails, userStatement } from '../../api/users';
import { t } from '../../i18n/i18n';
import { moment } from '../../i18n/times';
import { List } from '../../list/ListPage';
import { Table } from '../../list/Table';
import { Link } from '../../router/router';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Columns, Empty, Facts, Page, Panel, Skeleton, Stack } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { useLoad } from '../../ui/useLoad';
import { SuspendDialog } from '../risk';
import styles from './users.module.css';
import { Wallet } from './Wallet';

export function User({ id }: { id: string }) {
  const loaded = useLoad(id, () => userDetails(api.value, id));
  const words = t.value.users;
  const found = loaded.value.value;
  const back = { href: '/users', label: t.value.areas.users };
  if (!found)
    return (
      <Page title={words.user} back={back}>
        {loaded.problem.value === undefined ? <Skeleton /> : <Problem of={loaded.problem.value} again={loaded.again} />}
      </Page>
    );
  const { user } = found;
  return (
    <Page
      back={back}
      title={
        <span class={styles.person}>
          <Avatar face={user.face} name={user.displayName} size={36} />
          {user.displayName || user.name}
        </span>
      }
      note={<code>{user.name}</code>}
    >
      <Columns>
        <Stack>
          <Profile of={found} again={loaded.again} />
          {mayI('see-money') && <Wallet id={id} name={user.displayName || user.name} />}
        </Stack>
        <Panel title={words.sessions} note={words.sessionsNote} flush>
          {found.sessions.length === 0 ? (
            <Empty icon="users" title={words.noSessions} />
          ) : (
            <Table
              label={words.sessions}
              rows={found.sessions}
              id={(session) => session.id}
              columns={[
                { id: 'device', head: words.device, cell: ({ device }) => <b>{device}</b> },
                { id: 'since', head: words.signedIn, cell: ({ signedInAt }) => <Time at={signedInAt} /> },
                {
                  id: 'state',
                  head: words.state,
                  cell: ({ online }) => (online ? <Tag tone="good">{words.online}</Tag> : words.offline),
                },
              ]}
            />
          )}
        </Panel>
      </Columns>
      {mayI('see-money') && <Statement id={id} />}
    </Page>
  );
}

function Profile({ of, again }: { of: UserDetails; again: () => void }) {
  const suspending = useSignal(false);
  const words = t.value.users;
  const { user, suspension } = of;
  const why = suspension && (t.value.risk.reasons[suspension.reason] ?? suspension.reason);
  return (
    <Panel
      title={words.profile}
      actions={
        !suspension &&
        mayI('control-risk') && (
          <Button data-testid="suspend" onClick={() => (suspending.value = true)}>
            {t.value.risk.suspendOne}
          </Button>
        )
      }
    >
      <Facts
        of={[
          [words.id, <code key="id">{user.id}</code>],
          [words.since, <Time key="since" at={user.createdAt} />],
          [
            words.packetsFunction,
            suspension ? (
              <span key="suspended">
                <Tag tone="bad">{words.suspendedUntil(moment(suspension.until))}</Tag> {why}{' '}
                {mayI('see-risk') && <Link href={`/risk?user=${user.id}`}>{words.toSuspension}</Link>}
              </span>
            ) : (
              <Tag key="free" tone="good">
                {words.free}
              </Tag>
            ),
          ],
        ]}
      />
      {suspending.value && (
        <SuspendDialog
          user={{ id: user.id, name: user.displayName || user.name }}
          onDone={again}
          onClose={() => (suspending.value = false)}
        />
      )}
    </Panel>
  );
}

function Statement({ id }: { id: string }) {
  const words = t.value.users;
  return (
    <List
      label={words.statement}
      heading={words.statement}
      load={(_, after) => userStatement(api.value, id, after)}
      id={({ number }) => number}
      empty={{ icon: 'orders', title: words.noMovements }}
      exported={`statement-${id}`}
      columns={[
        { id: 'number', head: words.line, text: ({ number }) => number, cell: ({ number }) => number },
        {
          id: 'at',
          head: words.when,
          text: ({ at }) => new Date(at).toISOString(),
          cell: ({ at }) => <Time at={at} />,
        },
        {
          id: 'kind',
          head: words.movement,
          text: ({ kind }) => kind,
          cell: ({ kind, packet, order }) =>
            order && order !== '0' ? (
              <Link href={`/orders/${order}`}>{t.value.movements[kind] ?? kind}</Link>
            ) : packet && packet !== '0' ? (
              <Link href={`/packets/${packet}`}>{t.value.movements[kind] ?? kind}</Link>
            ) : (
              (t.value.movements[kind] ?? kind)
            ),
        },
        {
          id: 'counterpart',
          head: words.counterpart,
          text: ({ counterpart }) => (counterpart === '0' ? '' : counterpart),
          cell: ({ counterpart }) =>
            counterpart && counterpart !== '0' ? <Link href={`/users/${counterpart}`}>{counterpart}</Link> : '—',
        },
        {
          id: 'amount',
          head: words.amount,
          end: true,
          text: ({ amount }) => plain(amount),
          cell: ({ amount }) => <span class={amount < 0n ? styles.out : styles.in}>{signed(amount)}</span>,
        },
        {
          id: 'balance',
          head: words.balance,
          end: true,
          text: ({ balance }) => plain(balance),
          cell: ({ balance }) => money(balance),
        },
      ]}
    />
  );
}
