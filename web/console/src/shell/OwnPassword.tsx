import { action } from '@laisee/app/ui/action';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { changePassword } from '../api/signIn';
import { t } from '../i18n/i18n';
import { api, leave } from '../session/session';
import { Button } from '../ui/Button';
import { Dialog, DialogButtons } from '../ui/Dialog';
import { Field } from '../ui/Field';
import { Problem } from '../ui/Problem';
import styles from './OwnPassword.module.css';

/** No reason is asked for: it concerns nobody else. */
export function OwnPassword({ onClose }: { onClose: () => void }) {
  const now = useSignal('');
  const next = useSignal('');
  const work = useMemo(() => action((old: string, fresh: string) => changePassword(api.value, old, fresh)), []);
  const words = t.value.shell;
  const fits = now.value !== '' && [...next.value].length >= 12;
  return (
    <Dialog title={words.password} onClose={onClose} testId="own-password">
      <form
        class={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (fits && (await work.run(now.value, next.value))) await leave();
        }}
      >
        <p>{words.passwordWhat}</p>
        <Field
          label={words.passwordNow}
          type="password"
          autoComplete="current-password"
          value={now.value}
          maxLength={128}
          onText={(text) => {
            now.value = text;
          }}
        />
        <Field
          label={words.passwordNew}
          hint={words.passwordNewHint}
          type="password"
          autoComplete="new-password"
          value={next.value}
          maxLength={128}
          onText={(text) => {
            next.value = text;
          }}
        />
        <Problem of={work.problem.value} />
        <DialogButtons>
          <Button onClick={onClose}>{t.value.common.cancel}</Button>
          <Button look="primary" type="submit" disabled={!fits} busy={work.busy.value}>
            {words.password}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
