import { useSignal } from '@preact/signals';
import { t } from '../../i18n/i18n';
import type { Action } from '../../ui/action';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Problem } from '../../ui/Problem';
import { Sheet } from '../../ui/Sheet';
import styles from './group.module.css';

type TextSheetProps = {
  title: string;
  label: string;
  text: string;
  most: number;
  needed?: boolean;
  work: Action<[string]>;
  onClose: () => void;
};

export function TextSheet({ title, label, text, most, needed, work, onClose }: TextSheetProps) {
  const typed = useSignal(text);
  return (
    <Sheet title={title} onClose={onClose}>
      <form
        class={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (await work.run(typed.value.trim())) onClose();
        }}
      >
        <Field
          label={label}
          value={typed.value}
          maxLength={most}
          onText={(now) => {
            typed.value = now;
          }}
        />
        <Problem of={work.problem.value} />
        <Button
          look="primary"
          type="submit"
          wide
          busy={work.busy.value}
          disabled={needed === true && typed.value.trim() === ''}
        >
          {t.value.common.save}
        </Button>
      </form>
    </Sheet>
  );
}
