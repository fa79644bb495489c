import { useSignal } from '@preact/signals';
import {
  addOperator,
  changeOperator,
  type OperatorRow,
  operators,
  resetOperator,
  type Secrets,
} from '../../api/operators';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { moment } from '../../i18n/times';
import { Table } from '../../list/Table';
import { type Role, roles } from '../../session/rights';
import { api, mayI, operator } from '../../session/session';
import { Button } from '../../ui/Button';
import { Dialog, DialogButtons } from '../../ui/Dialog';
import { Field, Select } from '../../ui/Field';
import { Facts, Page, Panel, Skeleton } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { useLoad } from '../../ui/useLoad';
import styles from './operators.module.css';
import { QrCode } from './QrCode';

type Open = { type: 'add' } | { type: 'role' | 'switch' | 'reset'; of: OperatorRow };

export function Operators() {
  const loaded = useLoad('operators', () => operators(api.value));
  const open = useSignal<Open | undefined>(undefined);
  const welcome = useSignal<Secrets | undefined>(undefined);
  const words = t.value.operators;
  const found = loaded.value.value;
  const close = () => {
    open.value = undefined;
  };
  const doing = open.value;
  const own = operator.value.id;
  return (
    <Page
      title={t.value.areas.operators}
      note={words.note}
      actions={
        mayI('change-operators') && (
          <Button look="primary" icon="plus" data-testid="operator-add" onClick={() => (open.value = { type: 'add' })}>
            {words.add}
          </Button>
        )
      }
    >
      <Problem of={loaded.problem.value} again={loaded.again} />
      <Panel flush>
        {!found && loaded.problem.value === undefined && <Skeleton lines={4} />}
        {found && (
          <Table
            label={t.value.areas.operators}
            rows={found}
            id={({ id }) => id}
            columns={[
              { id: 'name', head: words.name, cell: ({ name }) => <b>{name}</b> },
              { id: 'role', head: words.role, cell: ({ role }) => t.value.roles[role] },
              {
                id: 'state',
                head: words.state,
                cell: (of) => <State of={of} />,
              },
              { id: 'since', head: words.since, cell: ({ createdAt }) => <Time at={createdAt} /> },
              {
                id: 'do',
                head: words.change,
                cell: (of) =>
                  of.id === own ? (
                    <span class={styles.muted}>{words.yourself}</span>
                  ) : (
                    <span class={styles.buttons}>
                      <Button onClick={() => (open.value = { type: 'role', of })}>{words.changeRole}</Button>
                      <Button onClick={() => (open.value = { type: 'reset', of })}>{words.reset}</Button>
                      <Button onClick={() => (open.value = { type: 'switch', of })}>
                        {of.active ? words.switchOff : words.switchOn}
                      </Button>
                    </span>
                  ),
              },
            ]}
          />
        )}
      </Panel>
      <Panel title={words.mayWhat}>
        <Facts of={roles.map((role) => [t.value.roles[role], words.rights[role]] as const)} />
      </Panel>
      {doing?.type === 'add' && (
        <Add
          onAdded={(made) => {
            welcome.value = made;
            loaded.again();
          }}
          onClose={close}
        />
      )}
      {doing?.type === 'role' && <ChangeRole of={doing.of} onDone={loaded.again} onClose={close} />}
      {doing?.type === 'switch' && (
        <ChangeDialog
          title={doing.of.active ? words.switchOff : words.switchOn}
          what={doing.of.active ? words.switchOffWhat(doing.of.name) : words.switchOnWhat(doing.of.name)}
          yes={doing.of.active ? words.switchOff : words.switchOn}
          done={words.changed}
          danger={doing.of.active}
          typed={doing.of.active ? doing.of.name : undefined}
          change={(reason) => changeOperator(api.value, doing.of, { active: !doing.of.active }, reason)}
          onDone={loaded.again}
          onClose={close}
        />
      )}
      {doing?.type === 'reset' && (
        <ChangeDialog
          title={words.reset}
          what={words.resetWhat(doing.of.name)}
          yes={words.reset}
          done={words.changed}
          danger
          typed={doing.of.name}
          change={async (reason) => {
            welcome.value = await resetOperator(api.value, doing.of.id, reason);
          }}
          onDone={loaded.again}
          onClose={close}
        />
      )}
      {welcome.value && <Welcomed of={welcome.value} onClose={() => (welcome.value = undefined)} />}
    </Page>
  );
}

function State({ of }: { of: OperatorRow }) {
  const words = t.value.operators;
  if (!of.active) return <Tag tone="bad">{words.off}</Tag>;
  if (of.lockedUntil > Date.now()) return <Tag tone="warn">{words.locked(moment(of.lockedUntil))}</Tag>;
  return <Tag tone="good">{words.on(of.sessions)}</Tag>;
}

const choices = () => roles.map((role) => ({ value: role, label: t.value.roles[role] }));

function Add({ onAdded, onClose }: { onAdded: (made: Secrets) => void; onClose: () => void }) {
  const words = t.value.operators;
  const name = useSignal('');
  const role = useSignal<Role>('viewer');
  return (
    <ChangeDialog
      title={words.add}
      what={words.addWhat}
      yes={words.add}
      done={words.added}
      ready={/^[a-z][a-z0-9_-]{2,31}$/.test(name.value)}
      change={async (reason) => onAdded(await addOperator(api.value, name.value, role.value, reason))}
      onDone={() => undefined}
      onClose={onClose}
    >
      <Field
        label={words.name}
        hint={words.nameHint}
        value={name.value}
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        maxLength={32}
        data-testid="new-operator-name"
        onText={(text) => {
          name.value = text.toLowerCase();
        }}
      />
      <Select
        label={words.role}
        hint={words.rights[role.value]}
        value={role.value}
        choices={choices()}
        data-testid="new-operator-role"
        onText={(text) => {
          role.value = text as Role;
        }}
      />
    </ChangeDialog>
  );
}

function ChangeRole({ of, onDone, onClose }: { of: OperatorRow; onDone: () => void; onClose: () => void }) {
  const words = t.value.operators;
  const role = useSignal<Role>(of.role);
  return (
    <ChangeDialog
      title={words.changeRole}
      what={words.changeRoleWhat(of.name)}
      yes={words.changeRole}
      done={words.changed}
      ready={role.value !== of.role}
      change={(reason) => changeOperator(api.value, of, { role: role.value }, reason)}
      onDone={onDone}
      onClose={onClose}
    >
      <Select
        label={words.role}
        hint={words.rights[role.value]}
        value={role.value}
        choices={choices()}
        onText={(text) => {
          role.value = text as Role;
        }}
      />
    </ChangeDialog>
  );
}

/** The secret of an otpauth:// address in groups of four, for whoever types it. */
const secretOf = (address: string) => /secret=([A-Z2-7]+)/.exec(address)?.[1]?.replace(/.{4}(?=.)/g, '$& ') ?? address;

/** Shown once: neither password nor secret can be read again later. */
function Welcomed({ of, onClose }: { of: Secrets; onClose: () => void }) {
  const words = t.value.operators;
  return (
    <Dialog title={words.welcome(of.name)} onClose={onClose} testId="welcome">
      <p>{words.welcomeWhat}</p>
      <div class={styles.secrets}>
        <QrCode text={of.totp} label={words.qr} />
        <Facts
          of={[
            [t.value.signIn.password, <code key="password">{of.password}</code>],
            [words.totp, <code key="totp">{secretOf(of.totp)}</code>],
          ]}
        />
      </div>
      <DialogButtons>
        <Button look="primary" onClick={onClose}>
          {words.welcomeDone}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
