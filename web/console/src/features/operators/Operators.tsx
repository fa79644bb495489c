import { useSignal } from '@preact/signals';
import { addOperator, type OperatorRow, operators, setOperator, type Welcome } from '../../api/operators';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
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

type Open = { type: 'add' } | { type: 'role' | 'switch'; of: OperatorRow };

export function Operators() {
  const loaded = useLoad('operators', () => operators(api.value));
  const open = useSignal<Open | undefined>(undefined);
  const welcome = useSignal<Welcome | undefined>(undefined);
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
        mayI('changeOperators') && (
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
                cell: ({ disabled }) =>
                  disabled ? <Tag tone="bad">{words.off}</Tag> : <Tag tone="good">{words.on}</Tag>,
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
                      <Button onClick={() => (open.value = { type: 'switch', of })}>
                        {of.disabled ? words.switchOn : words.switchOff}
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
          title={doing.of.disabled ? words.switchOn : words.switchOff}
          what={doing.of.disabled ? words.switchOnWhat(doing.of.name) : words.switchOffWhat(doing.of.name)}
          yes={doing.of.disabled ? words.switchOn : words.switchOff}
          done={words.changed}
          danger={!doing.of.disabled}
          typed={doing.of.disabled ? undefined : doing.of.name}
          change={(reason) => setOperator(api.value, doing.of, { disabled: !doing.of.disabled }, reason)}
          onDone={loaded.again}
          onClose={close}
        />
      )}
      {welcome.value && <Welcomed of={welcome.value} onClose={() => (welcome.value = undefined)} />}
    </Page>
  );
}

const choices = () => roles.map((role) => ({ value: role, label: t.value.roles[role] }));

function Add({ onAdded, onClose }: { onAdded: (made: Welcome) => void; onClose: () => void }) {
  const words = t.value.operators;
  const name = useSignal('');
  const role = useSignal<Role>('viewer');
  return (
    <ChangeDialog
      title={words.add}
      what={words.addWhat}
      yes={words.add}
      done={words.added}
      ready={/^[a-z0-9_]{3,32}$/.test(name.value)}
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
      change={(reason) => setOperator(api.value, of, { role: role.value }, reason)}
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

/** Shown once: neither password nor secret can be read again later. */
function Welcomed({ of, onClose }: { of: Welcome; onClose: () => void }) {
  const words = t.value.operators;
  return (
    <Dialog title={words.welcome(of.name)} onClose={onClose} testId="welcome">
      <p>{words.welcomeWhat}</p>
      <div class={styles.secrets}>
        <Facts
          of={[
            [t.value.signIn.password, <code key="password">{of.password}</code>],
            [words.totp, <code key="totp">{of.totp}</code>],
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
