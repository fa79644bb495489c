import { t } from '../i18n/i18n';
import type { Action } from './action';
import { Button } from './Button';
import styles from './Confirm.module.css';
import { Problem } from './Problem';
import { Sheet } from './Sheet';

type ConfirmProps = {
  title: string;
  hint: string;
  yes: string;
  work: Action<[]>;
  onDone?: () => void;
  onClose: () => void;
};

/** Asks once before something that is not easily undone, and says what it means. */
export function Confirm({ title, hint, yes, work, onDone, onClose }: ConfirmProps) {
  return (
    <Sheet title={title} onClose={onClose} testId="confirm">
      <div class={styles.body}>
        <p>{hint}</p>
        <Problem of={work.problem.value} />
        <div class={styles.buttons}>
          <Button onClick={onClose}>{t.value.common.cancel}</Button>
          <Button
            look="danger"
            busy={work.busy.value}
            data-testid="confirm-yes"
            onClick={async () => {
              if (await work.run()) {
                onClose();
                onDone?.();
              }
            }}
          >
            {yes}
          </Button>
        </div>
      </div>
    </Sheet>
  );
}
