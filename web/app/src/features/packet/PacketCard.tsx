import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Client, ShownMessage } from '../../client/client';
import { useClient } from '../../client/context';
import { nameOf, nameOrYou } from '../../client/names';
import { PacketKind, type PacketCard as PacketOnCard, PacketStatus } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { navigate } from '../../router/router';
import { later } from '../../ui/later';
import { Seal } from '../../ui/Seal';
import styles from './PacketCard.module.css';

export type CardState = 'open' | 'mine' | 'opened' | 'finished' | 'expired' | 'notForYou' | 'returned';

const OpenOverlay = later(async () => (await import('./OpenOverlay')).OpenOverlay);

/** In a direct conversation nobody needs to be named: it can only be the other one. */
const theOther = '0';

/** How the card stands for me, as far as is known here. */
export function cardState(client: Client, card: PacketOnCard, sender: string): CardState {
  const me = client.me.value.id;
  const glance = client.packet(card.packet);
  if (glance && glance.mine > 0n) return 'opened';
  if (glance?.status === PacketStatus.FINISHED) return 'finished';
  if (glance?.status === PacketStatus.EXPIRED) return 'expired';
  if (glance?.status === PacketStatus.REFUNDED) return 'returned';
  if (card.kind === PacketKind.NAMED && sender === me) return 'mine';
  if (card.kind === PacketKind.NAMED && card.recipient !== me && card.recipient !== theOther) return 'notForYou';
  return 'open';
}

export function PacketCard({ message }: { message: ShownMessage }) {
  const client = useClient();
  const opening = useSignal(false);
  const content = message.content.kind;
  const card = content.case === 'packet' ? content.value : undefined;
  const packet = card?.packet ?? '';
  useEffect(() => {
    // What is left is a hint for the card's colour only: not knowing it is no trouble.
    if (packet && !client.packet(packet)) client.glance(packet).catch(() => undefined);
  }, [client, packet]);
  if (!card) return null;

  const state = cardState(client, card, message.sender);
  const words = t.value.packet;
  const greeting = card.greeting || words.defaultGreeting;
  const spent = state !== 'open' && state !== 'mine';
  const conversation = location.pathname.split('/')[2] ?? '';
  const details = () => navigate(`/c/${conversation}/p/${packet}`);
  const line =
    state === 'open' && card.kind === PacketKind.NAMED && card.recipient !== theOther
      ? words.card.forOne(nameOrYou(client, card.recipient))
      : words.card[state];
  return (
    <>
      <button
        type="button"
        class={`${styles.card} ${spent ? styles.spent : ''}`}
        data-testid="packet-card"
        data-packet={packet}
        data-state={state}
        onClick={() => {
          if (state === 'opened' || state === 'mine' || (message.mine && spent)) details();
          else opening.value = true;
        }}
      >
        <span class="visually-hidden">{words.from(nameOrYou(client, message.sender))}: </span>
        <span class={styles.face}>
          <Seal size={42} />
          <span class={styles.words}>
            <span class={styles.greeting}>{greeting}</span>
            <span class={styles.state}>{line}</span>
          </span>
        </span>
        <span class={styles.foot}>
          {words.name}
          {card.kind !== PacketKind.NAMED &&
            ` · ${card.kind === PacketKind.LUCKY ? words.kinds.lucky : words.kinds.equal}`}
        </span>
      </button>
      {opening.value && (
        <OpenOverlay
          packet={packet}
          greeting={greeting}
          sender={message.sender}
          senderName={nameOf(client, message.sender)}
          already={state}
          onDetails={details}
          onClose={() => {
            opening.value = false;
          }}
        />
      )}
    </>
  );
}
