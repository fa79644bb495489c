import { signal } from '@preact/signals';
import styles from './toast.module.css';

type Toast = { id: number; text: string; detail?: string | undefined };
const shown = signal<readonly Toast[]>([]);
let next = 1;

/** A short word at the edge that goes away by itself; nothing depends on having read it. */
export function toast(text: string, detail?: string): void {
  const id = next++;
  shown.value = [...shown.value.slice(-1), { id, text, detail }];
  setTimeout(() => {
    shown.value = shown.value.filter((one) => one.id !== id);
  }, 4500);
}

export function Toasts() {
  return (
    <div class={styles.stack} role="status" aria-live="polite">
      {shown.value.map((one) => (
        <p key={one.id} class={styles.toast}>
          {one.text}
          {one.detail && <small>{one.detail}</small>}
        </p>
      ))}
    </div>
  );
}
