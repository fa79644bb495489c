import { action } from '@laisee/app/ui/action';
import { toast } from '@laisee/app/ui/toast';
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { t } from '../i18n/i18n';
import { Button } from '../ui/Button';
import { Dialog, DialogButtons } from '../ui/Dialog';
import { Area, Field } from '../ui/Field';
import { Problem } from '../ui/Problem';
import styles from './ChangeDialog.module.css';

/** The most characters of a reason, as the server has it. */
const reasonMax = 500;

type ChangeProps = {
  title: string;
  /** What will happen, and to how many. */
  what: ComponentChildren;
  /** The button's words: the deed itself, never "OK". */
  yes: string;
  done: string;
  /** Money moves or somebody is locked out: this is to be typed before the button wakes. */
  typed?: string | undefined;
  /** False while the fields of the change itself do not fit. */
  ready?: boolean;
  danger?: boolean;
  change: (reason: string) => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
  children?: ComponentChildren;
};

/** Every change an operator makes says what it does, asks why, and stands in the audit log with the answer. */
export function ChangeDialog(props: ChangeProps) {
  const { title, what, yes, done, typed, ready = true, danger, change, onDone, onClose, children } = props;
  const reason = useSignal('');
  const confirmed = useSignal('');
  const work = useMemo(() => action(async (run: () => Promise<unknown>) => void (await run())), []);
  const words = t.value.change;
  const fits = ready && reason.value.trim().length > 0 && (!typed || confirmed.value.trim() === typed);
  return (
    <Dialog title={title} onClose={onClose} testId="change">
      <form
        class={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (!fits || !(await work.run(() => change(reason.value.trim())))) return;
          onClose();
          toast(done);
          onDone();
        }}
      >
        <div class={styles.what}>{what}</div>
        {children}
        <Area
          label={words.reason}
          hint={words.reasonHint}
          value={reason.value}
          maxLength={reasonMax}
          data-testid="change-reason"
          onText={(text) => {
            reason.value = text;
          }}
        />
        {typed && (
          <Field
            label={words.typeToConfirm(typed)}
            value={confirmed.value}
            autoComplete="off"
            autoCapitalize="none"
            spellcheck={false}
            data-testid="change-typed"
            onText={(text) => {
              confirmed.value = text;
            }}
          />
        )}
        <Problem of={work.problem.value} />
        <DialogButtons>
          <Button onClick={onClose}>{t.value.common.cancel}</Button>
          <Button
            look={danger ? 'danger' : 'primary'}
            type="submit"
            disabled={!fits}
            busy={work.busy.value}
            data-testid="change-yes"
          >
            {yes}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
