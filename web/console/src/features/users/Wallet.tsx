import { money } from '@laisee/app/money';
import { useSignal } from '@preact/signals';
import { settings } from '../../api/settings';
import { type Level, type Limit, levels, setLevel, type UserWallet, userWallet } from '../../api/users';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Select } from '../../ui/Field';
import { Panel, Skeleton } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { useLoad } from '../../ui/useLoad';
import { limitsOf } from './levelLimits';
import styles from './users.module.css';

/** What somebody has, and how much of it may be moved. */
export function Wallet({ id, name }: { id: string; name: string }) {
  const loaded = useLoad(id, () => userWallet(api.value, id));
  const changing = useSignal(false);
  const words = t.value.users;
  const found = loaded.value.value;
  return (
    <Panel
      title={words.wallet}
      actions={
        found &&
        mayI('set-levels') && (
          <Button data-testid="level-change" onClick={() => (changing.value = true)}>
            {words.changeLevel}
          </Button>
        )
      }
    >
      <Problem of={loaded.problem.value} again={loaded.again} />
      {found ? (
        <>
          <p class={styles.balance} data-testid="user-balance">
            {money(found.balance)}
          </p>
          {found.held > 0n && <p class={styles.muted}>{words.held(money(found.held))}</p>}
          <Limits of={found} />
        </>
      ) : (
        loaded.problem.value === undefined && <Skeleton lines={3} />
      )}
      {found && changing.value && (
        <LevelDialog
          id={id}
          name={name}
          level={found.level}
          onDone={loaded.again}
          onClose={() => (changing.value = false)}
        />
      )}
    </Panel>
  );
}

function Limits({ of }: { of: UserWallet }) {
  const words = t.value.users;
  return (
    <>
      <dl class={styles.limits}>
        <div data-testid="user-level" data-level={of.level}>
          <dt>{words.level}</dt>
          <dd>
            <Tag tone={of.level === 'VERIFIED' ? 'good' : 'calm'}>{words.levels[of.level]}</Tag>
          </dd>
        </div>
        {(['send', 'topUp', 'withdraw'] as const).map((kind) => (
          <OneLimit key={kind} title={words.limits[kind]} of={of[kind]} />
        ))}
      </dl>
      <p class={styles.muted}>
        {words.dayEnds} <Time at={of.dayEnds} />
      </p>
    </>
  );
}

function OneLimit({ title, of }: { title: string; of: Limit }) {
  const words = t.value.users;
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <b>{words.leftToday(money(of.left))}</b>
        <span class={styles.bar} aria-hidden="true">
          <span style={{ width: `${of.day > 0n ? Number((of.left * 100n) / of.day) : 0}%` }} />
        </span>
        <small>{words.limitOf(money(of.day), money(of.each))}</small>
      </dd>
    </div>
  );
}

type LevelProps = { id: string; name: string; level: Level; onDone: () => void; onClose: () => void };

function LevelDialog({ id, name, level, onDone, onClose }: LevelProps) {
  const words = t.value.users;
  const next = useSignal<Level>(levels[(levels.indexOf(level) + 1) % levels.length] ?? level);
  // What the level would allow stands in the settings, which everybody at the console may see.
  const loaded = useLoad('limits', () => settings(api.value));
  const limits = loaded.value.value && limitsOf(loaded.value.value.settings, next.value);
  return (
    <ChangeDialog
      title={words.changeLevel}
      what={words.changeLevelWhat(name)}
      yes={words.changeLevel}
      done={words.levelChanged}
      danger={levels.indexOf(next.value) > levels.indexOf(level)}
      ready={next.value !== level}
      change={(reason) => setLevel(api.value, id, level, next.value, reason)}
      onDone={onDone}
      onClose={onClose}
    >
      <Select
        label={words.level}
        hint={next.value === level ? words.sameLevel : undefined}
        value={next.value}
        choices={levels.map((value) => ({ value, label: words.levels[value] }))}
        data-testid="level-new"
        onText={(text) => {
          next.value = levels.find((one) => one === text) ?? level;
        }}
      />
      {limits && (
        <dl class={styles.limits} data-testid="level-limits">
          {(['send', 'topUp', 'withdraw'] as const).map((kind) => (
            <div key={kind}>
              <dt>{words.limits[kind]}</dt>
              <dd>{words.wouldAllow(money(limits[kind].each), money(limits[kind].day))}</dd>
            </div>
          ))}
        </dl>
      )}
    </ChangeDialog>
  );
}
