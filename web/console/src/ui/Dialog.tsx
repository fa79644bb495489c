import { useModal } from '@laisee/app/ui/modal';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../i18n/i18n';
import { IconButton } from './Button';
import styles from './Dialog.module.css';

type DialogProps = { title: string; onClose: () => void; children: ComponentChildren; testId?: string };

/** A sheet from below on a phone, a dialog in the middle on a desk. The browser keeps the focus inside. */
export function Dialog({ title, onClose, children, testId }: DialogProps) {
  const ref = useModal();
  const id = useId();
  return (
    <dialog
      ref={ref}
      class={styles.dialog}
      aria-labelledby={id}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header class={styles.head}>
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={t.value.common.close} onClick={onClose} />
      </header>
      {children}
    </dialog>
  );
}

export function DialogButtons({ children }: { children: ComponentChildren }) {
  return <div class={styles.buttons}>{children}</div>;
}
