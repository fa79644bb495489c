import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useClient } from '../../client/context';
import { nameOrYou } from '../../client/names';
import { t } from '../../i18n/i18n';
import { IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Seal } from '../../ui/Seal';
import styles from './Composer.module.css';
import type { ConversationModel } from './model';
import { preview } from './preview';

const onDesk = () => matchMedia('(hover: hover) and (pointer: fine)').matches;

type ComposerProps = {
  model: ConversationModel;
  onPacket: () => void;
  /** Only where there is one other person. */
  onTransfer: (() => void) | undefined;
};

export function Composer({ model, onPacket, onTransfer }: ComposerProps) {
  const client = useClient();
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = model.draft.value;
  const over = model.tooLongBy.value;
  const answered = model.replyTo.value;

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${Math.min(element.scrollHeight, 24 * 6 + 20)}px`;
    element.style.overflowY = element.scrollHeight > 24 * 6 + 20 ? 'auto' : 'hidden';
  }, [draft]);
  useEffect(() => {
    if (onDesk()) field.current?.focus({ preventScroll: true });
  }, []);

  const send = () => {
    if (model.send()) field.current?.focus();
  };
  return (
    <div class={styles.composer}>
      {answered && (
        <p class={styles.reply}>
          <span>
            <b>{t.value.conversation.replyTo(nameOrYou(client, answered.sender))}</b>{' '}
            {preview(client, answered.content)}
          </span>
          <IconButton
            icon="close"
            size={18}
            label={t.value.conversation.cancelReply}
            onClick={() => model.reply(undefined)}
          />
        </p>
      )}
      {over > 0 && (
        <p class={styles.over} role="status">
          {t.value.conversation.tooLong(over)}
        </p>
      )}
      <form
        class={styles.line}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <button
          type="button"
          class={styles.packet}
          aria-label={t.value.conversation.sendPacket}
          title={t.value.conversation.sendPacket}
          data-testid="send-packet"
          onClick={onPacket}
        >
          <span class={styles.packetIcon}>
            <Seal size={16} />
          </span>
        </button>
        {onTransfer && (
          <button
            type="button"
            class={styles.packet}
            aria-label={t.value.conversation.sendTransfer}
            title={t.value.conversation.sendTransfer}
            data-testid="send-transfer"
            onClick={onTransfer}
          >
            <Icon name="transfer" size={24} />
          </button>
        )}
        <textarea
          ref={field}
          class={styles.field}
          rows={1}
          value={draft}
          placeholder={t.value.conversation.write}
          aria-label={t.value.conversation.write}
          aria-invalid={over > 0 || undefined}
          data-testid="composer"
          enterkeyhint={onDesk() ? 'send' : 'enter'}
          onInput={(event) => model.write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229 && onDesk()) {
              event.preventDefault();
              send();
            }
          }}
        />
        <button
          type="submit"
          class={styles.send}
          aria-label={t.value.conversation.send}
          title={t.value.conversation.send}
          disabled={!model.canSend.value}
          data-testid="send"
        >
          <Icon name="send" size={20} />
        </button>
      </form>
    </div>
  );
}
