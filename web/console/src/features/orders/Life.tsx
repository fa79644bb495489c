import { money } from '@laisee/app/money';
import type { OrderStep } from '../../api/orders';
import { t } from '../../i18n/i18n';
import { Time } from '../../ui/Time';
import styles from './orders.module.css';

/** The steps of an order from its making on, and who made each. */
export function Life({ steps }: { steps: readonly OrderStep[] }) {
  return (
    <ol class={styles.life} data-testid="order-life">
      {steps.map((step) => (
        <li key={step.position} data-step={step.kind} data-bad={step.kind === 'RAISED'}>
          <p>
            <b>{inWords(step)}</b>
            <Time at={step.at} />
          </p>
          {step.reason && <p class={styles.reason}>{step.reason}</p>}
          {step.reference && <code>{step.reference}</code>}
        </li>
      ))}
    </ol>
  );
}

/** A step as a sentence. */
function inWords(step: OrderStep): string {
  const words = t.value.orders;
  const { steps } = words;
  switch (step.kind) {
    case 'CREATED':
      return steps.created;
    case 'HANDED_OVER':
      return steps.handedOver(step.attempt);
    case 'SAID':
      return steps.said(words.says[step.word] ?? step.word);
    case 'RAISED':
      return steps.raised(words.says[step.word] ?? step.word, money(step.amount));
    case 'ASKED':
      return steps.asked(step.by);
    case 'DECIDED':
      return steps.decided(step.by);
    case 'RAISED_CLOSED':
      return steps.closed(step.by);
    default:
      return step.kind;
  }
}
