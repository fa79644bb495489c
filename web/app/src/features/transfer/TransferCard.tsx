import { useEffect } from 'preact/hooks';
import type { ShownMessage } from '../../client/client';
import { useClient } from '../../client/context';
import { nameOf } from '../../client/names';
import { TransferStatus } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { momentHeading } from '../../i18n/times';
import { money } from '../../money/money';
import { navigate } from '../../router/router';
import { Icon } from '../../ui/Icon';
import styles from './TransferCard.module.css';
import { cardState, isOver } from './transferState';

/** A transfer as it lies in a conversation, with how it stands now. */
export function TransferCard({ message }: { message: ShownMessage }) {
  const client = useClient();
  const content = message.content.kind;
  const card = content.case === 'transfer' ? content.value : undefined;
  const id = card?.transfer ?? '';
  const known = client.transfer(id);
  useEffect(() => {
    // Until it is known the card says what it said when it was posted.
    if (id && !known) client.transfers.get(id).catch(() => undefined);
  }, [client, id]);
  if (!card) return null;
  const words = t.value.transfer;
  const status = known?.status ?? TransferStatus.PENDING;
  const state = cardState({ status, sender: message.sender }, client.me.value.id);
  const when = momentHeading(Number(known?.arrivesAtMs ?? card.arrivesAtMs));
  const line = state === 'pending' ? words.card.pending(when) : words.card[state];
  return (
    <button
      type="button"
      class={`${styles.card} ${isOver(state) ? styles.over : ''} ${state === 'toAccept' ? styles.wanted : ''}`}
      data-testid="transfer-card"
      data-transfer={id}
      data-state={state}
      onClick={() => navigate(`/c/${location.pathname.split('/')[2] ?? ''}/t/${id}`)}
    >
      <span class={styles.face}>
        <span class={styles.icon}>
          <Icon name={state === 'accepted' ? 'check' : state === 'frozen' ? 'lock' : 'transfer'} size={22} />
        </span>
        <span class={styles.words}>
          <span class={styles.amount}>{money(card.amount)}</span>
          <span class={styles.note}>
            {card.note || (message.mine ? words.to(nameOf(client, card.receiver)) : words.toYou)}
          </span>
        </span>
      </span>
      <span class={styles.foot}>
        <span>{words.name}</span>
        <span class={styles.state}>{line}</span>
      </span>
    </button>
  );
}
