import { useClient } from '../../client/context';
import { nameOf } from '../../client/names';
import { type Movement, MovementKind } from '../../client/wire';
import { clockTime } from '../../i18n/times';
import { money, signed } from '../../money/money';
import { navigate } from '../../router/router';
import { Icon, type IconName } from '../../ui/Icon';
import { onItsWay } from '../transfer';
import { amountsHidden } from './amountsHidden';
import { Hidden } from './Hidden';
import styles from './Wallet.module.css';
import { type KindName, walletWords } from './words';

const looks: Partial<Record<MovementKind, { icon: IconName; words: KindName }>> = {
  [MovementKind.TOP_UP]: { icon: 'topUp', words: 'topUp' },
  [MovementKind.WITHDRAWAL]: { icon: 'withdraw', words: 'withdrawal' },
  [MovementKind.WITHDRAWAL_RETURNED]: { icon: 'undo', words: 'withdrawalReturned' },
  [MovementKind.PACKET_SENT]: { icon: 'packet', words: 'packetSent' },
  [MovementKind.PACKET_OPENED]: { icon: 'packet', words: 'packetOpened' },
  [MovementKind.PACKET_REFUND]: { icon: 'undo', words: 'packetRefund' },
  [MovementKind.TRANSFER_SENT]: { icon: 'transfer', words: 'transferSent' },
  [MovementKind.TRANSFER_RECEIVED]: { icon: 'transfer', words: 'transferReceived' },
  [MovementKind.TRANSFER_REFUND]: { icon: 'undo', words: 'transferRefund' },
  [MovementKind.TRANSFER_GIVEN_BACK]: { icon: 'undo', words: 'transferGivenBack' },
};

const tints: Partial<Record<IconName, string>> = { packet: 'iconPacket', undo: 'iconPacket', transfer: 'iconTransfer' };

/** Where a line of the statement leads. */
function placeOf({ packet, transfer, order }: Movement): string | undefined {
  if (packet !== '0') return `/wallet/p/${packet}`;
  if (transfer !== '0') return `/wallet/t/${transfer}`;
  return order !== '0' ? '/wallet/orders' : undefined;
}

export function MovementLine({ movement }: { movement: Movement }) {
  const client = useClient();
  const words = walletWords.value;
  const look = looks[movement.kind];
  const icon = look?.icon ?? 'wallet';
  const other = movement.counterpart !== '0' ? nameOf(client, movement.counterpart) : '';
  const place = placeOf(movement);
  const notes = [
    other && (movement.amount > 0n ? words.fromName(other) : words.toName(other)),
    movement.note,
    clockTime(Number(movement.atMs)),
  ].filter(Boolean);
  const sent = movement.kind === MovementKind.TRANSFER_SENT ? client.transfer(movement.transfer) : undefined;
  const waiting = sent && onItsWay(sent);
  const inside = (
    <>
      <span class={`${styles.icon} ${styles[tints[icon] ?? ''] ?? ''}`}>
        <Icon name={icon} size={20} />
      </span>
      <span class={styles.words}>
        <span>{words.kinds[look?.words ?? 'other']}</span>
        <span class={styles.note}>{notes.join(' · ')}</span>
        {waiting && (
          <span class={styles.waiting}>
            <Icon name="clock" size={14} />
            {waiting}
          </span>
        )}
      </span>
      <span class={`${styles.amount} ${movement.amount > 0n ? styles.in : ''}`}>
        {amountsHidden.value ? (
          <Hidden />
        ) : (
          <>
            {signed(movement.amount)}
            <small class={styles.after}>{words.after(money(movement.balance))}</small>
          </>
        )}
      </span>
    </>
  );
  return place ? (
    <button
      type="button"
      class={styles.line}
      data-testid="movement"
      data-number={movement.number}
      onClick={() => navigate(place)}
    >
      {inside}
    </button>
  ) : (
    <div class={styles.line} data-testid="movement" data-number={movement.number}>
      {inside}
    </div>
  );
}
