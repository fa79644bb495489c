import { useSignal } from '@preact/signals';
import { useClient } from '../../client/context';
import { SuspensionReason } from '../../client/wire';
import { momentHeading } from '../../i18n/times';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { ReleaseSheet } from './ReleaseSheet';
import styles from './risk.module.css';
import { riskWords } from './words';

const reasons: Record<SuspensionReason, keyof typeof riskWords.value.reasons> = {
  [SuspensionReason.UNSPECIFIED]: 'unknown',
  [SuspensionReason.OPENS]: 'opens',
  [SuspensionReason.STRANGERS]: 'strangers',
  [SuspensionReason.SHARED_DEVICE]: 'sharedDevice',
  [SuspensionReason.CIRCULAR_FLOW]: 'circularFlow',
  [SuspensionReason.REFUND_RATE]: 'refundRate',
  [SuspensionReason.OPERATOR]: 'operator',
};

/** Says that red packets are suspended, why and until when, with the way out. Nothing while they are not. */
export function SuspensionBanner() {
  const client = useClient();
  const releasing = useSignal(false);
  const { suspension } = client.suspended.value;
  if (!suspension) return null;
  const words = riskWords.value;
  return (
    <section class={styles.banner} role="status" data-testid="suspension" data-reason={reasons[suspension.reason]}>
      <h2>
        <Icon name="pause" size={20} />
        {words.title}
      </h2>
      <p>{words.reasons[reasons[suspension.reason] ?? 'unknown']}</p>
      <p>{words.until(momentHeading(Number(suspension.untilMs)))}</p>
      {suspension.selfRelease ? (
        <Button
          small
          data-testid="release"
          onClick={() => {
            releasing.value = true;
          }}
        >
          {words.release}
        </Button>
      ) : (
        <p class={styles.quiet}>{words.byOperator}</p>
      )}
      {releasing.value && (
        <ReleaseSheet
          onClose={() => {
            releasing.value = false;
          }}
        />
      )}
    </section>
  );
}
