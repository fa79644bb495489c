import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { Virtualizer, type VirtualizerHandle } from 'virtua';
import { useClient } from '../../client/context';
import { faceOf, isGroup, nameOf, titleOf } from '../../client/names';
import { t } from '../../i18n/i18n';
import { navigate } from '../../router/router';
import { Avatar, GroupAvatar } from '../../ui/Avatar';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { later } from '../../ui/later';
import { Empty, Header } from '../../ui/Page';
import { SendPacketSheet } from '../packet';
import { SendTransferSheet } from '../transfer';
import { Composer } from './Composer';
import styles from './Conversation.module.css';
import { MessageLine } from './MessageLine';
import type { MenuPlace } from './MessageMenu';
import { type ConversationModel, openConversation } from './model';
import { preview } from './preview';

const MessageMenu = later(async () => (await import('./MessageMenu')).MessageMenu);

export function ConversationScreen({ id }: { id: string }) {
  const client = useClient();
  const model = useMemo(() => openConversation(client, id), [client, id]);
  useEffect(() => model.stop, [model]);
  const sending = useSignal<'packet' | 'transfer' | undefined>(undefined);
  const stopSending = () => {
    sending.value = undefined;
  };
  const conversation = model.conversation.value;
  if (!conversation)
    return client.ready.value ? (
      <div class={styles.screen}>
        <Header title={t.value.chats.title} back="/" />
        <Empty icon="chats" title={t.value.conversation.notFound} hint={t.value.conversation.notFoundHint} />
      </div>
    ) : (
      <div class={styles.screen} aria-busy="true" />
    );
  const title = titleOf(client, conversation);
  const group = isGroup(conversation);
  const details = `/c/${id}/details`;
  const online = !group && client.isOnline(conversation.peer);
  return (
    <div class={styles.screen} data-testid="conversation" data-conversation={id}>
      <Header
        back="/"
        backOnPhoneOnly
        lead={
          group ? (
            <GroupAvatar title={title} seed={id} size={38} />
          ) : (
            <span class={styles.headFace}>
              <Avatar face={faceOf(client, conversation.peer)} name={title} size={38} online={online} />
            </span>
          )
        }
        title={title}
        note={
          group
            ? t.value.conversation.members(conversation.memberCount)
            : online
              ? t.value.conversation.online
              : t.value.conversation.offline
        }
      >
        <IconButton icon="more" label={t.value.conversation.details} onClick={() => navigate(details)} />
      </Header>
      <Messages key={id} model={model} group={group} />
      {conversation.member ? (
        <Composer
          key={`w${id}`}
          model={model}
          onPacket={() => {
            sending.value = 'packet';
          }}
          onTransfer={
            group
              ? undefined
              : () => {
                  sending.value = 'transfer';
                }
          }
        />
      ) : (
        <p class={styles.closed}>{t.value.conversation.noLonger}</p>
      )}
      {sending.value === 'packet' && <SendPacketSheet conversation={conversation} onClose={stopSending} />}
      {sending.value === 'transfer' && <SendTransferSheet conversation={conversation} onClose={stopSending} />}
    </div>
  );
}

const nearEnd = 60;

function Messages({ model, group }: { model: ConversationModel; group: boolean }) {
  const client = useClient();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const atEnd = useRef(true);
  const placed = useRef(false);
  const height = useRef(0);
  const touchedAt = useRef(Number.NEGATIVE_INFINITY);
  const touched = () => {
    touchedAt.current = performance.now();
  };
  const away = useSignal(false);
  const menu = useSignal<MenuPlace | undefined>(undefined);
  const announced = useSignal('');
  const lines = model.lines.value;

  // Messages above come in without moving what is being read: virtua keeps the distance to the end while `shift` is set.
  const firstKey = lines[0]?.message.key;
  const lastKey = lines.at(-1)?.message.key;
  const shown = useRef<{ first: string | undefined; last: string | undefined }>({ first: undefined, last: undefined });
  const prepended =
    shown.current.first !== undefined && shown.current.first !== firstKey && shown.current.last === lastKey;
  const appended = shown.current.last !== lastKey;
  useLayoutEffect(() => {
    shown.current = { first: firstKey, last: lastKey };
  });

  const toEnd = () => {
    const count = model.lines.peek().length;
    if (count > 0) list.current?.scrollToIndex(count - 1, { align: 'end' });
  };

  useLayoutEffect(() => {
    if (lines.length === 0) return;
    if (!placed.current) {
      placed.current = true;
      const divider = lines.findIndex((line) => line.divider);
      if (divider > 0 && lines.length - divider > 8) {
        atEnd.current = false;
        list.current?.scrollToIndex(divider, { align: 'start', offset: -72 });
      } else toEnd();
      return;
    }
    if (atEnd.current || (appended && lines.at(-1)?.message.mine)) toEnd();
  }, [lines.length, lastKey]);

  const look = () => {
    const box = scroller.current;
    if (!box) return;
    const end = box.scrollHeight - box.scrollTop - box.clientHeight < nearEnd;
    const grew = box.scrollHeight !== height.current;
    height.current = box.scrollHeight;
    // Whoever was at the end stays there while heights settle; only a hand on the list lets go of it.
    if (atEnd.current && !end && grew && performance.now() - touchedAt.current > 600) {
      toEnd();
      return;
    }
    atEnd.current = end;
    away.value = !end;
    model.seeingEnd(end && document.visibilityState === 'visible');
    if (placed.current && box.scrollTop < 600 && model.olderProblem.peek() === undefined) void model.loadOlder();
  };

  useEffect(() => {
    const box = scroller.current;
    if (!box) return;
    // Neither a keyboard that comes up nor heights that become known may move the end out of sight.
    const watch = new ResizeObserver(() => {
      if (atEnd.current && performance.now() - touchedAt.current > 600) toEnd();
    });
    watch.observe(box);
    const content = box.querySelector('ul');
    if (content) watch.observe(content);
    const frame = requestAnimationFrame(look);
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    return () => {
      watch.disconnect();
      cancelAnimationFrame(frame);
      model.seeingEnd(false);
      document.removeEventListener('visibilitychange', look);
      removeEventListener('focus', look);
    };
  }, [model]);

  // What others write is read aloud once, without touching the list itself.
  const newest = useRef<string | undefined>(undefined);
  useSignalEffect(() => {
    const last = model.lines.value.at(-1)?.message;
    if (!last || last.key === newest.current) return;
    const before = newest.current;
    newest.current = last.key;
    if (before !== undefined && !last.mine)
      announced.value = `${nameOf(client, last.sender)}: ${preview(client, last.content)}`;
    requestAnimationFrame(look);
  });

  const moveFocus = (event: KeyboardEvent) => {
    const rows = [...(scroller.current?.querySelectorAll<HTMLElement>('[data-message]') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step !== 0 && rows.length > 0) {
      event.preventDefault();
      const next = at < 0 ? rows.length - 1 : Math.min(rows.length - 1, Math.max(0, at + step));
      rows[next]?.focus({ preventScroll: true });
      rows[next]?.scrollIntoView({ block: 'nearest' });
    }
  };

  const below = model.below.value;
  return (
    <div class={styles.messages}>
      <section
        ref={scroller}
        class={styles.scroller}
        aria-label={t.value.conversation.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
        tabIndex={0}
        data-testid="messages"
        onScroll={look}
        onWheel={touched}
        onTouchMove={touched}
        onPointerDown={touched}
        onKeyDown={(event) => {
          touched();
          moveFocus(event);
        }}
      >
        <div class={styles.top}>
          {model.olderProblem.value !== undefined ? (
            <Button small onClick={() => void model.loadOlder()}>
              {t.value.conversation.olderAgain}
            </Button>
          ) : model.hasOlder.value ? (
            <span class={styles.loading} aria-hidden="true" />
          ) : (
            <span>{t.value.conversation.beginning}</span>
          )}
        </div>
        <Virtualizer
          ref={list}
          scrollRef={scroller as never}
          shift={prepended}
          startMargin={48}
          itemSize={52}
          bufferSize={600}
          as={'ul' as never}
          item={'li' as never}
        >
          {lines.map((line) => (
            <MessageLine
              key={line.message.key}
              line={line}
              group={group}
              model={model}
              onMenu={(place) => {
                menu.value = place;
              }}
            />
          ))}
        </Virtualizer>
      </section>
      {away.value && (
        <button
          type="button"
          class={styles.jump}
          aria-label={below > 0 ? t.value.conversation.jumpUnread(below) : t.value.conversation.jump}
          data-testid="jump-to-latest"
          onClick={toEnd}
        >
          <Icon name="down" size={20} />
          {below > 0 && <span class={styles.jumpCount}>{below > 99 ? '99+' : below}</span>}
        </button>
      )}
      <p class="visually-hidden" aria-live="polite">
        {announced.value}
      </p>
      {menu.value && (
        <MessageMenu
          place={menu.value}
          model={model}
          onClose={() => {
            menu.value = undefined;
          }}
        />
      )}
    </div>
  );
}
