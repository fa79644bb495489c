import { useSignal } from '@preact/signals';
import { changeSetting, type Setting, settingHistory, settings } from '../../api/settings';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { Table } from '../../list/Table';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Field, Select } from '../../ui/Field';
import { Empty, Page, Panel, Skeleton } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { useLoad } from '../../ui/useLoad';
import { Change } from '../audit/Change';
import { groupNames, groupOf, parse, shown, typed, unitOf } from './settingModel';
import styles from './settings.module.css';

export function Settings() {
  const loaded = useLoad('settings', () => settings(api.value));
  const changing = useSignal<Setting | undefined>(undefined);
  const version = useSignal(0);
  const words = t.value.settings;
  const found = loaded.value.value;
  const problem = loaded.problem.value;
  const again = () => {
    loaded.again();
    version.value += 1;
  };
  return (
    <Page title={t.value.areas.settings} note={found ? `${words.note} ${words.sequence(found.sequence)}` : words.note}>
      <Problem of={problem} again={again} />
      {!found && problem === undefined && <Skeleton />}
      {found &&
        groupNames.map((group) => {
          const inside = found.settings.filter(({ name }) => groupOf(name) === group);
          return (
            inside.length > 0 && (
              <Panel key={group} title={words.groups[group]} flush>
                <ul class={styles.settings}>
                  {inside.map((setting) => (
                    <li key={setting.name} class={styles.setting} data-testid="setting" data-setting={setting.name}>
                      <div>
                        <p>{words.names[setting.name] ?? setting.name}</p>
                        <code>{setting.name}</code>
                      </div>
                      <div class={styles.value}>
                        <b data-testid="setting-value">{shown(setting)}</b>
                        {setting.usual !== '' && setting.value !== setting.usual && (
                          <Tag tone="warn">{words.usual(shown({ name: setting.name, value: setting.usual }))}</Tag>
                        )}
                      </div>
                      {mayI('change-settings') && (
                        <Button
                          icon="edit"
                          data-testid="setting-change"
                          aria-label={words.changeNamed(words.names[setting.name] ?? setting.name)}
                          onClick={() => {
                            changing.value = setting;
                          }}
                        >
                          {words.change}
                        </Button>
                      )}
                    </li>
                  ))}
                </ul>
              </Panel>
            )
          );
        })}
      <History key={version.value} />
      {changing.value && found && (
        <Edit
          setting={changing.value}
          sequence={found.sequence}
          onDone={again}
          onClose={() => {
            changing.value = undefined;
            loaded.again();
          }}
        />
      )}
    </Page>
  );
}

type EditProps = { setting: Setting; sequence: string; onDone: () => void; onClose: () => void };

function Edit({ setting, sequence, onDone, onClose }: EditProps) {
  const words = t.value.settings;
  const text = useSignal(typed(setting));
  const unit = unitOf(setting);
  const value = parse(setting, text.value);
  const name = words.names[setting.name] ?? setting.name;
  const field = {
    label: words.newValue,
    value: text.value,
    'data-testid': 'setting-new',
    onText: (next: string) => {
      text.value = next;
    },
  };
  return (
    <ChangeDialog
      title={name}
      what={words.what}
      yes={words.change}
      done={words.changed}
      ready={value !== undefined && value !== setting.value}
      change={(reason) => changeSetting(api.value, setting.name, value ?? '', sequence, reason)}
      onDone={onDone}
      onClose={onClose}
    >
      {unit === 'flag' ? (
        <Select {...field} choices={['true', 'false'].map((one) => ({ value: one, label: one }))} />
      ) : (
        <Field
          {...field}
          hint={words.unitHints[unit]}
          problem={value === undefined && text.value !== '' ? words.unfit : undefined}
          autoComplete="off"
          spellcheck={false}
        />
      )}
      <p>
        <Change before={shown(setting)} after={value === undefined ? '…' : shown({ ...setting, value })} />
      </p>
    </ChangeDialog>
  );
}

function History() {
  const loaded = useLoad('history', () => settingHistory(api.value));
  const words = t.value.settings;
  const found = loaded.value.value;
  return (
    <Panel title={words.history} flush>
      <Problem of={loaded.problem.value} again={loaded.again} />
      {!found && loaded.problem.value === undefined && <Skeleton lines={3} />}
      {found?.length === 0 && <Empty icon="settings" title={words.noHistory} />}
      {found && found.length > 0 && (
        <Table
          label={words.history}
          rows={found}
          id={({ sequence }) => sequence}
          columns={[
            { id: 'name', head: words.setting, cell: ({ name }) => <b>{words.names[name] ?? name}</b> },
            {
              id: 'change',
              head: words.changeHead,
              cell: ({ name, before, after }) => (
                <Change before={before && shown({ name, value: before })} after={shown({ name, value: after })} />
              ),
            },
            { id: 'by', head: t.value.audit.who, cell: ({ operator, operatorName }) => operatorName || operator },
            { id: 'at', head: t.value.audit.when, cell: ({ at }) => <Time at={at} /> },
            { id: 'reason', head: t.value.audit.reason, cell: ({ reason }) => reason },
            { id: 'sequence', head: words.sequenceHead, end: true, cell: ({ sequence }) => sequence },
          ]}
        />
      )}
    </Panel>
  );
}
