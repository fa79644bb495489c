import styles from './Hidden.module.css';
import { walletWords } from './words';

/** Stands for an amount that is not to be seen. */
export function Hidden() {
  return (
    <span class={styles.hidden}>
      <span class={styles.dots} aria-hidden="true" />
      <span class="visually-hidden">{walletWords.value.hidden}</span>
    </span>
  );
}
