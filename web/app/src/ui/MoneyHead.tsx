import { figures } from '../money/money';
import { Avatar } from './Avatar';
import styles from './MoneyHead.module.css';

type MoneyHeadProps = {
  face: string;
  name: string;
  title: string;
  words: string;
  /** In fen; undefined where none is to be shown. */
  amount?: bigint | undefined;
  /** What the amount is, for who does not see whose it is; and what stands below it. */
  label?: string;
  below?: string;
  /** Money that somebody was given shines. */
  given?: boolean;
  testId: string;
};

/** The head of a page about some money: who, with which words, how much. */
export function MoneyHead({ face, name, title, words, amount, label, below, given, testId }: MoneyHeadProps) {
  return (
    <section class={styles.head}>
      <Avatar face={face} name={name} size={56} />
      <p class={styles.title}>{title}</p>
      {words && <p class={styles.words}>{words}</p>}
      {amount !== undefined && (
        <p class={`${styles.amount} ${given ? styles.given : ''}`} data-testid={testId} data-fen={amount.toString()}>
          {label && <span class="visually-hidden">{label} </span>}
          <small>¥</small>
          {figures(amount)}
        </p>
      )}
      {below && <p class={styles.below}>{below}</p>}
    </section>
  );
}
