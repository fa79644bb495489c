import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { useClient } from '../../client/context';
import { faceOf } from '../../client/names';
import { t } from '../../i18n/i18n';
import { figures, money } from '../../money/money';
import { reduceMotion } from '../../theme/theme';
import { Avatar } from '../../ui/Avatar';
import { IconButton } from '../../ui/Button';
import { useModal } from '../../ui/modal';
import { Problem } from '../../ui/Problem';
import { Seal } from '../../ui/Seal';
import styles from './OpenOverlay.module.css';
import { openModel } from './openModel';
import type { CardState } from './PacketCard';
import { packetWords } from './words';

type OverlayProps = {
  packet: string;
  greeting: string;
  sender: string;
  senderName: string;
  already: CardState;
  onDetails: () => void;
  onClose: () => void;
};

export function OpenOverlay({ packet, greeting, sender, senderName, already, onDetails, onClose }: OverlayProps) {
  const client = useClient();
  const model = useMemo(() => openModel(client, packet, already), [client, packet]);
  const dialog = useModal();
  const seal = useRef<HTMLButtonElement>(null);
  const opening = model.opening.value;
  const words = packetWords.value;

  useLayoutEffect(() => seal.current?.focus(), []);

  useEffect(() => {
    if (opening.step === 'opened' && opening.first) void celebrate();
  }, [opening]);

  const done =
    opening.step === 'opened' || opening.step === 'gone' || opening.step === 'late' || opening.step === 'notForYou';
  const toDetails = () => {
    onClose();
    onDetails();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own cancel event
    <dialog
      ref={dialog}
      class={styles.overlay}
      aria-label={t.value.packet.from(senderName)}
      data-testid="open-packet"
      data-step={opening.step}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class={`${styles.stage} ${done ? styles.done : ''}`}>
        <div class={styles.packet}>
          <div class={styles.flap} aria-hidden="true">
            <svg viewBox="0 0 300 270" preserveAspectRatio="none" role="presentation">
              <path d="M0 0H300V196Q150 270 0 196Z" />
            </svg>
          </div>
          <div class={styles.front}>
            {!done && (
              <div class={styles.from}>
                <Avatar face={faceOf(client, sender)} name={senderName} size={52} />
                <p>{t.value.packet.from(senderName)}</p>
                <p class={styles.greeting}>{greeting}</p>
              </div>
            )}
            {opening.step === 'failed' && (
              <div class={styles.problem}>
                <Problem of={opening.problem} />
              </div>
            )}
            {opening.step === 'opened' && (
              <div class={styles.result} role="status">
                <p class={styles.resultFrom}>{t.value.packet.from(senderName)}</p>
                <p class={styles.resultGreeting}>{greeting}</p>
                <Amount fen={opening.amount} />
                <p class={styles.resultHint}>{words.inWallet}</p>
              </div>
            )}
            {opening.step !== 'opened' && done && (
              <div class={styles.result} role="status">
                <Avatar face={faceOf(client, sender)} name={senderName} size={52} />
                <p class={styles.goneTitle}>
                  {opening.step === 'gone' ? words.allGone : opening.step === 'late' ? words.tooLate : words.notForYou}
                </p>
                {opening.step !== 'notForYou' && (
                  <p class={styles.resultHint}>{opening.step === 'gone' ? words.allGoneHint : words.tooLateHint}</p>
                )}
              </div>
            )}
          </div>
          {!done && (
            <button
              ref={seal}
              type="button"
              class={`${styles.seal} ${opening.step === 'opening' ? styles.spinning : ''}`}
              aria-label={opening.step === 'opening' ? words.opening : words.tapSeal}
              data-testid="packet-seal"
              onClick={() => void model.open()}
            >
              <Seal size={92} glyph="open" />
            </button>
          )}
          {done && opening.step !== 'notForYou' && (
            <button type="button" class={styles.details} onClick={toDetails} data-testid="packet-see-details">
              {words.seeDetails}
            </button>
          )}
        </div>
        <span class={styles.close}>
          <IconButton icon="close" label={t.value.common.close} onClick={onClose} />
        </span>
      </div>
    </dialog>
  );
}

/** Counts up to the amount; readers and those who want no motion get it at once. */
function Amount({ fen }: { fen: bigint }) {
  const shown = useSignal(reduceMotion() ? fen : 0n);
  useEffect(() => {
    if (reduceMotion()) return;
    const began = performance.now();
    const length = 700;
    let frame = requestAnimationFrame(function step(now: number) {
      const part = Math.min(1, Math.max(0, (now - began) / length));
      const eased = 1 - (1 - part) ** 3;
      shown.value = part === 1 ? fen : (fen * BigInt(Math.round(eased * 1000))) / 1000n;
      if (part < 1) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [fen]);
  return (
    <p class={styles.amount} data-testid="packet-mine" data-fen={fen.toString()}>
      <span class="visually-hidden">
        {packetWords.value.youGot} {money(fen)}
      </span>
      <span aria-hidden="true">
        <small>¥</small>
        {figures(shown.value)}
      </span>
    </p>
  );
}

/** A light one, once; fetched only when there is something to celebrate. */
async function celebrate(): Promise<void> {
  if (reduceMotion()) return;
  try {
    const { default: confetti } = await import('canvas-confetti');
    const stage = document.querySelector('dialog[open][data-testid="open-packet"]');
    if (!stage) return;
    const canvas = document.createElement('canvas');
    canvas.className = styles.confetti ?? '';
    canvas.setAttribute('aria-hidden', 'true');
    stage.append(canvas);
    const fire = confetti.create(canvas, { resize: true });
    await fire({
      particleCount: 46,
      spread: 76,
      startVelocity: 32,
      gravity: 0.9,
      ticks: 130,
      scalar: 0.85,
      origin: { y: 0.42 },
      colors: ['#E7B75F', '#F6D795', '#D93A2B', '#FFF4E2'],
    });
    canvas.remove();
  } catch {
    // Decoration only: without it the packet is just as open.
  }
}
