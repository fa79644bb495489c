import { useSignal } from '@preact/signals';
import { lift, type Suspension, suspend, suspensions } from '../../api/risk';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { wholeTime } from '../../i18n/times';
import { ListPage } from '../../list/ListPage';
import { Link } from '../../router/router';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Time } from '../../ui/Time';
import { parseLength } from '../settings/settingModel';
import { RiskTabs } from './RiskTabs';
import styles from './risk.module.css';
import { SuspendDialog } from './SuspendDialog';

export function Suspensions() {
  const words = t.value.risk;
  const version = useSignal(0);
  const open = useSignal<{ type: 'lift' | 'extend'; of: Suspension } | { type: 'suspend' } | undefined>(undefined);
  const more = useSignal('24 h');
  const doing = open.value;
  const length = parseLength(more.value);
  const close = () => {
    open.value = undefined;
  };
  const again = () => {
    version.value += 1;
  };
  return (
    <>
      <ListPage
        title={t.value.areas.risk}
        note={words.note}
        label={words.suspensions}
        actions={
          mayI('control-risk') && (
            <Button icon="plus" data-testid="suspend" onClick={() => (open.value = { type: 'suspend' })}>
              {words.suspendOne}
            </Button>
          )
        }
        load={(query, after) => suspensions(api.value, query, after)}
        version={version.value}
        filters={[
          { key: 'user', label: words.user, type: 'text', hint: words.userHint },
          {
            key: 'reason',
            label: words.why,
            type: 'choice',
            choices: Object.entries(words.reasons).map(([value, label]) => ({ value, label })),
          },
        ]}
        id={({ user }) => user}
        empty={{ icon: 'risk', title: words.noSuspensions, hint: words.noSuspensionsHint }}
        exported="suspensions"
        columns={[
          {
            id: 'user',
            head: words.user,
            text: ({ user }) => user,
            cell: ({ user, name }) => <Link href={`/users/${user}`}>{name || user}</Link>,
          },
          {
            id: 'reason',
            head: words.why,
            text: ({ reason }) => reason,
            cell: ({ reason, words: said }) => said || (words.reasons[reason] ?? reason),
          },
          {
            id: 'since',
            head: words.since,
            sortable: true,
            text: ({ since }) => new Date(since).toISOString(),
            cell: ({ since }) => <Time at={since} />,
          },
          {
            id: 'until',
            head: words.until,
            sortable: true,
            text: ({ until }) => new Date(until).toISOString(),
            cell: ({ until }) => (
              <b>
                <Time at={until} />
              </b>
            ),
          },
          {
            id: 'self',
            head: words.selfRelease,
            text: ({ selfRelease }) => String(selfRelease),
            cell: ({ selfRelease }) => (selfRelease ? words.may : words.mayNot),
          },
          {
            id: 'do',
            head: words.change,
            cell: (of) =>
              mayI('control-risk') && (
                <span class={styles.buttons}>
                  <Button data-testid="lift" onClick={() => (open.value = { type: 'lift', of })}>
                    {words.lift}
                  </Button>
                  <Button data-testid="extend" onClick={() => (open.value = { type: 'extend', of })}>
                    {words.extend}
                  </Button>
                </span>
              ),
          },
        ]}
      >
        <RiskTabs />
      </ListPage>
      {doing?.type === 'suspend' && <SuspendDialog onDone={again} onClose={close} />}
      {doing?.type === 'lift' && (
        <ChangeDialog
          title={words.lift}
          what={words.liftWhat(doing.of.name || doing.of.user)}
          yes={words.lift}
          done={words.lifted}
          change={(reason) => lift(api.value, doing.of.user, reason)}
          onDone={again}
          onClose={close}
        />
      )}
      {doing?.type === 'extend' && (
        <ChangeDialog
          title={words.extend}
          what={words.extendWhat(doing.of.name || doing.of.user)}
          yes={words.extend}
          done={words.extended}
          danger
          ready={length !== undefined && length > 0}
          change={(reason) =>
            suspend(api.value, doing.of.user, doing.of.until + (length ?? 0), doing.of.selfRelease, reason)
          }
          onDone={again}
          onClose={close}
        >
          <Field
            label={words.longer}
            hint={
              length === undefined ? t.value.settings.unitHints.time : words.newEnd(wholeTime(doing.of.until + length))
            }
            value={more.value}
            autoComplete="off"
            data-testid="extend-by"
            onText={(text) => {
              more.value = text;
            }}
          />
        </ChangeDialog>
      )}
    </>
  );
}
