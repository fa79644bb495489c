import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ShownMessage } from '../../client/client';
import { useClient } from '../../client/context';
import { t } from '../../i18n/i18n';
import { Icon, type IconName } from '../../ui/Icon';
import { toast } from '../../ui/toast';
import styles from './MessageMenu.module.css';
import type { ConversationModel } from './model';
import { preview } from './preview';

export type MenuPlace = { message: ShownMessage; x: number; y: number; from: HTMLElement | null };

type MenuProps = { place: MenuPlace; model: ConversationModel; onClose: () => void };

export function MessageMenu({ place, model, onClose }: MenuProps) {
  const client = useClient();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = box.current;
    if (!menu) return;
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(place.x, innerWidth - width - 8))}px`;
    menu.style.top = `${Math.max(8, Math.min(place.y, innerHeight - height - 8))}px`;
    menu.querySelector('button')?.focus();
  }, [place]);
  // Where the focus goes when the menu does.
  const after = useRef<HTMLElement | null>(place.from);
  useLayoutEffect(() => () => after.current?.focus(), []);

  const copy = async () => {
    await navigator.clipboard?.writeText(preview(client, place.message.content));
    toast(t.value.conversation.copied);
  };
  const reply = () => {
    after.current = document.querySelector<HTMLTextAreaElement>('[data-testid="composer"]');
    model.reply(place.message);
  };
  const item = (icon: IconName, words: string, act: () => void) => (
    <button
      type="button"
      role="menuitem"
      onClick={() => {
        act();
        onClose();
      }}
    >
      <Icon name={icon} size={18} />
      {words}
    </button>
  );
  const failed = place.message.delivery === 'failed';
  const step = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
      return;
    }
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const items = [...(box.current?.querySelectorAll('button') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    items[(at + by + items.length) % items.length]?.focus();
  };

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a tap beside the menu; Escape does the same */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same */}
      <div
        class={styles.beside}
        onClick={onClose}
        onContextMenu={(event) => {
          event.preventDefault();
          onClose();
        }}
      />
      <div
        ref={box}
        role="menu"
        aria-label={t.value.conversation.actions}
        class={styles.menu}
        onKeyDown={step}
        tabIndex={-1}
      >
        {item('copy', t.value.conversation.copy, () => void copy())}
        {place.message.seq > 0 && model.conversation.value?.member && item('reply', t.value.conversation.reply, reply)}
        {failed && item('retry', t.value.common.retry, () => model.retry(place.message.key))}
        {failed && item('trash', t.value.conversation.discard, () => model.discard(place.message.key))}
      </div>
    </>
  );
}
