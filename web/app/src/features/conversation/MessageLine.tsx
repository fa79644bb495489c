import { memo } from 'preact/compat';
import { useRef } from 'preact/hooks';
import type { Delivery, ShownMessage } from '../../client/client';
import { useClient } from '../../client/context';
import { faceOf, nameOf, nameOrYou } from '../../client/names';
import { t } from '../../i18n/i18n';
import { explain } from '../../i18n/refusals';
import { clockTime, momentHeading } from '../../i18n/times';
import { Avatar } from '../../ui/Avatar';
import { Icon } from '../../ui/Icon';
import { PacketCard } from '../packet';
import { TransferCard } from '../transfer';
import styles from './MessageLine.module.css';
import type { MenuPlace } from './MessageMenu';
import type { ConversationModel } from './model';
import { noteWords, preview } from './preview';
import type { Line } from './timeline';

type LineProps = {
  line: Line;
  group: boolean;
  model: ConversationModel;
  onMenu: (place: MenuPlace) => void;
};

export const MessageLine = memo(
  function MessageLine({ line, group, model, onMenu }: LineProps) {
    const client = useClient();
    const { message } = line;
    return (
      <div class={`${styles.line} ${line.last ? styles.lastOfRun : ''}`}>
        {line.heading !== undefined && (
          <p class={styles.moment}>
            <time dateTime={new Date(line.heading).toISOString()}>{momentHeading(line.heading)}</time>
          </p>
        )}
        {line.divider && (
          <p class={styles.divider} data-testid="new-messages">
            <span>{t.value.conversation.newMessages}</span>
          </p>
        )}
        {message.content.kind.case === 'note' ? (
          <p class={styles.note} data-testid="note">
            {noteWords(client, message.content)}
          </p>
        ) : (
          <Bubble line={line} group={group} model={model} onMenu={onMenu} />
        )}
      </div>
    );
  },
  (a, b) =>
    a.line.message === b.line.message &&
    a.line.first === b.line.first &&
    a.line.last === b.line.last &&
    a.line.heading === b.line.heading &&
    a.line.divider === b.line.divider &&
    a.group === b.group,
);

function Bubble({ line, group, model, onMenu }: LineProps) {
  const client = useClient();
  const { message } = line;
  const { mine } = message;
  const said = message.content.kind.case;
  const isCard = said === 'packet' || said === 'transfer';
  const element = useRef<HTMLDivElement>(null);
  const press = useRef<ReturnType<typeof setTimeout>>(undefined);
  const showMenu = (x: number, y: number) => onMenu({ message, x, y, from: element.current });
  const showMenuHere = () => {
    const box = element.current?.getBoundingClientRect();
    if (box) showMenu(mine ? box.right - 180 : box.left + 56, box.top + Math.min(box.height, 40));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a message with its own keys, inside a list item
    <div
      ref={element}
      role="group"
      class={`${styles.row} ${mine ? styles.own : ''}`}
      data-message={message.key}
      data-testid={mine ? 'message-own' : 'message'}
      data-delivery={message.delivery}
      tabIndex={-1}
      aria-label={`${nameOrYou(client, message.sender)}, ${clockTime(message.atMs)}`}
      onContextMenu={(event) => {
        event.preventDefault();
        if (event.clientX || event.clientY) showMenu(event.clientX, event.clientY);
        else showMenuHere();
      }}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget) return;
        if (event.key === 'Enter' || (event.key === 'F10' && event.shiftKey)) {
          event.preventDefault();
          showMenuHere();
        }
      }}
      onTouchStart={(event) => {
        const touch = event.touches[0];
        if (!touch) return;
        const { clientX, clientY } = touch;
        press.current = setTimeout(() => showMenu(clientX, clientY), 450);
      }}
      onTouchMove={() => clearTimeout(press.current)}
      onTouchEnd={() => clearTimeout(press.current)}
      onTouchCancel={() => clearTimeout(press.current)}
    >
      {!mine && group && (
        <span class={styles.face}>
          {line.first && (
            <Avatar face={faceOf(client, message.sender)} name={nameOf(client, message.sender)} size={36} />
          )}
        </span>
      )}
      <div class={styles.column}>
        {!mine && group && line.first && <p class={styles.name}>{nameOf(client, message.sender)}</p>}
        <div class={styles.beside}>
          {said === 'packet' ? (
            <PacketCard message={message} />
          ) : said === 'transfer' ? (
            <TransferCard message={message} />
          ) : (
            <div class={`${styles.bubble} ${line.first ? styles.first : ''} ${line.last ? styles.last : ''}`}>
              <Said message={message} model={model} />
            </div>
          )}
          {mine && <State delivery={message.delivery} card={isCard} onRetry={() => model.retry(message.key)} />}
        </div>
        {message.failure && (
          <p class={styles.reason} role="alert" data-testid="failure">
            {explain(message.failure)}
          </p>
        )}
      </div>
    </div>
  );
}

function Said({ message, model }: { message: ShownMessage; model: ConversationModel }) {
  const client = useClient();
  const { content } = message;
  if (content.kind.case !== 'text')
    return <p class={styles.unknown}>{content.fallback || t.value.conversation.unknown}</p>;
  const { text, replyTo } = content.kind.value;
  const answered = replyTo ? model.bySeq(replyTo) : undefined;
  return (
    <>
      {replyTo > 0 && (
        <p class={styles.quote}>
          {answered ? (
            <>
              <b>{nameOrYou(client, answered.sender)}</b> {preview(client, answered.content)}
            </>
          ) : (
            t.value.conversation.earlier
          )}
        </p>
      )}
      <p class={styles.text} data-testid="message-text">
        {linked(text)}
      </p>
    </>
  );
}

const address = /(https?:\/\/[^\s<>"'，。！？）】]+)/;

function linked(text: string) {
  return text.split(address).map((part, index) =>
    index % 2 === 1 ? (
      <a key={String(index)} href={part} target="_blank" rel="noopener noreferrer nofollow">
        {part}
      </a>
    ) : (
      part
    ),
  );
}

function State({ delivery, card, onRetry }: { delivery: Delivery | undefined; card: boolean; onRetry: () => void }) {
  if (!delivery) return null;
  const words = t.value.conversation.states[delivery];
  if (delivery === 'failed')
    return (
      <button
        type="button"
        class={styles.failed}
        aria-label={t.value.conversation.retry}
        title={t.value.conversation.retry}
        onClick={onRetry}
      >
        <Icon name="alert" size={20} />
      </button>
    );
  if (card && delivery === 'sending') return null;
  return (
    <span class={`${styles.state} ${delivery === 'read' ? styles.read : ''}`} title={words}>
      <Icon
        name={delivery === 'sending' ? 'clock' : delivery === 'sent' ? 'check' : 'checks'}
        size={delivery === 'sending' ? 13 : 16}
      />
      <span class="visually-hidden">{words}</span>
    </span>
  );
}
