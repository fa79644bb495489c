import { useSignal } from '@preact/signals';
import { Refused } from '../../api/api';
import { suspend } from '../../api/risk';
import { findUsers } from '../../api/users';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { wholeTime } from '../../i18n/times';
import { api } from '../../session/session';
import { Check, Field } from '../../ui/Field';
import { parseLength } from '../settings/settingModel';
import styles from './risk.module.css';
import { suspensionMax } from './riskModel';

type SuspendProps = {
  /** Whom; none: it is asked for. */
  user?: { id: string; name: string };
  onDone: () => void;
  onClose: () => void;
};

/** Takes the red-packet function from an account that no rule has suspended. */
export function SuspendDialog({ user, onDone, onClose }: SuspendProps) {
  const words = t.value.risk;
  const whom = useSignal('');
  const length = useSignal('24 h');
  const selfRelease = useSignal(false);
  const ms = parseLength(length.value);
  const fits = ms !== undefined && ms >= 1000 && ms <= suspensionMax;
  return (
    <ChangeDialog
      title={words.suspendOne}
      what={words.suspendWhat(user?.name ?? whom.value.trim())}
      yes={words.suspendOne}
      done={words.suspended}
      danger
      ready={fits && (user !== undefined || whom.value.trim() !== '')}
      change={async (reason) => {
        const id = user?.id ?? (await findUsers(api.value, whom.value.trim())).rows[0]?.id;
        if (id === undefined) throw new Refused('NO_SUCH_USER', 'nobody has this name or id');
        await suspend(api.value, id, Date.now() + (ms ?? 0), selfRelease.value, reason);
      }}
      onDone={onDone}
      onClose={onClose}
    >
      {!user && (
        <Field
          label={words.user}
          hint={words.whomHint}
          value={whom.value}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          data-testid="suspend-user"
          onText={(text) => {
            whom.value = text;
          }}
        />
      )}
      <div class={styles.pair}>
        <Field
          label={words.forHowLong}
          hint={fits ? words.newEnd(wholeTime(Date.now() + ms)) : t.value.settings.unitHints.time}
          problem={fits || length.value === '' ? undefined : words.lengthUnfit}
          value={length.value}
          autoComplete="off"
          data-testid="suspend-length"
          onText={(text) => {
            length.value = text;
          }}
        />
        <Check
          label={words.selfRelease}
          on={selfRelease.value}
          data-testid="suspend-self-release"
          onChange={(on) => {
            selfRelease.value = on;
          }}
        />
      </div>
    </ChangeDialog>
  );
}
