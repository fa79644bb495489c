import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { t } from '../i18n/i18n';
import { IconButton } from './Button';
import { useModal } from './modal';
import styles from './Sheet.module.css';

type SheetProps = {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Holds what took work to fill in: a tap beside it does not shut it. */
  stays?: boolean;
  testId?: string;
};

/** A sheet from below on a phone, a dialog in the middle on a desk. The browser keeps the focus inside. */
export function Sheet({ title, onClose, children, stays, testId }: SheetProps) {
  const ref = useModal();
  // Who marks text and lets go beside the sheet has not tapped beside it.
  const pressedBeside = useRef(false);
  const id = useId();
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own cancel event
    <dialog
      ref={ref}
      class={styles.sheet}
      aria-labelledby={id}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        pressedBeside.current = event.target === event.currentTarget;
      }}
      onClick={(event) => {
        if (!stays && pressedBeside.current && event.target === event.currentTarget) onClose();
      }}
    >
      <div class={styles.body}>
        <header class={styles.head}>
          <h2 id={id} class={styles.title}>
            {title}
          </h2>
          <IconButton icon="close" label={t.value.common.close} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
