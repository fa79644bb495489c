import { computed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { VList } from 'virtua';
import type { Client } from '../../client/client';
import { useClient } from '../../client/context';
import { faceOf, isGroup, titleOf } from '../../client/names';
import type { Conversation } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { shortTime } from '../../i18n/times';
import { Link, navigate } from '../../router/router';
import { Avatar, GroupAvatar } from '../../ui/Avatar';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Empty, Header, SkeletonRows } from '../../ui/Page';
import { draftOf, preview, previewWithSender } from '../conversation';
import styles from './ChatList.module.css';

/** How many messages wait in all conversations that may ring. */
export const waiting = (client: Client): number =>
  client.conversations.value.reduce((sum, one) => sum + (one.quiet ? 0 : one.unread), 0);

export function ChatList({ chosen }: { chosen?: string | undefined }) {
  const client = useClient();
  const sought = useSignal('');
  const shown = useMemo(
    () =>
      computed(() => {
        const words = sought.value.trim().toLowerCase();
        return words
          ? client.conversations.value.filter((one) => titleOf(client, one).toLowerCase().includes(words))
          : client.conversations.value;
      }),
    [client, sought],
  );
  const words = t.value.chats;
  const all = client.conversations.value;
  return (
    <div class={styles.screen} data-testid="chat-list">
      <Header title={words.title} large>
        <IconButton icon="addFriend" label={words.addFriend} onClick={() => navigate('/contacts/add')} />
        <IconButton icon="edit" label={words.newGroup} onClick={() => navigate('/group/new')} />
      </Header>
      {all.length > 6 && (
        <label class={styles.search}>
          <Icon name="search" size={18} />
          <input
            type="search"
            placeholder={words.search}
            aria-label={words.search}
            value={sought.value}
            onInput={(event) => {
              sought.value = event.currentTarget.value;
            }}
          />
        </label>
      )}
      {!client.ready.value && all.length === 0 ? (
        <div class={styles.list} role="status" aria-label={t.value.common.loading}>
          <SkeletonRows count={8} />
        </div>
      ) : all.length === 0 ? (
        <Empty icon="chats" title={words.empty} hint={words.emptyHint}>
          <Button look="primary" onClick={() => navigate('/contacts/add')}>
            {words.addFriend}
          </Button>
        </Empty>
      ) : shown.value.length === 0 ? (
        <Empty icon="search" title={words.nothingFound} />
      ) : (
        <nav class={styles.list} aria-label={words.title}>
          <VList itemSize={72} bufferSize={400} class={styles.scroll ?? ''}>
            {shown.value.map((one) => (
              <ChatRow key={one.id} conversation={one} chosen={one.id === chosen} />
            ))}
          </VList>
        </nav>
      )}
    </div>
  );
}

function ChatRow({ conversation, chosen }: { conversation: Conversation; chosen: boolean }) {
  const client = useClient();
  const words = t.value.chats;
  const title = titleOf(client, conversation);
  const group = isGroup(conversation);
  const draft = chosen ? '' : draftOf(client.me.value.id, conversation.id).value.trim();
  const last = client.messages(conversation.id).at(-1);
  const online = !group && client.isOnline(conversation.peer);
  const { unread } = conversation;
  const line = last
    ? group
      ? previewWithSender(client, last.content, last.sender)
      : preview(client, last.content)
    : words.noMessages;
  return (
    <Link
      href={`/c/${conversation.id}`}
      class={styles.row}
      aria-current={chosen ? 'page' : undefined}
      data-testid="chat-row"
      data-conversation={conversation.id}
    >
      <span class={styles.face}>
        {group ? (
          <GroupAvatar title={title} seed={conversation.id} size={48} />
        ) : (
          <Avatar face={faceOf(client, conversation.peer)} name={title} size={48} online={online} />
        )}
      </span>
      <span class={styles.words}>
        <span class={styles.first}>
          <span class={styles.title}>{title}</span>
          {online && <span class="visually-hidden">, {words.online}</span>}
          {last && (
            <time class={styles.time} dateTime={new Date(last.atMs).toISOString()}>
              {shortTime(last.atMs)}
            </time>
          )}
        </span>
        <span class={styles.second}>
          <span class={styles.line}>
            {draft ? (
              <>
                <b class={styles.draft}>{words.draft}</b> {draft}
              </>
            ) : (
              <>
                {last?.delivery === 'failed' && <Icon name="alert" size={15} class={styles.failed ?? ''} />}
                {last?.delivery === 'sending' && <Icon name="clock" size={13} class={styles.sending ?? ''} />}
                {line}
              </>
            )}
          </span>
          {conversation.quiet && (
            <span class={styles.quiet}>
              <Icon name="bellOff" size={15} />
              <span class="visually-hidden">{words.quiet}</span>
            </span>
          )}
          {unread > 0 && (
            <span class={`${styles.badge} ${conversation.quiet ? styles.softBadge : ''}`} data-testid="unread">
              <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
              <span class="visually-hidden">{words.unread(unread)}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}
