import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useClient } from '../client/context';
import { Relation } from '../client/wire';
import { Devices, Me, Profile } from '../features/account';
import { ChatList, waiting } from '../features/chats';
import { AddFriend, Contacts, Person } from '../features/contacts';
import { ConversationScreen } from '../features/conversation';
import { Discover, Fairness } from '../features/discover';
import { ConversationDetails, NewGroup } from '../features/group';
import { PacketDetails } from '../features/packet';
import { ReleaseCodeNote } from '../features/risk';
import { TransferDetails, TransferList } from '../features/transfer';
import { OrderList, Wallet } from '../features/wallet';
import { t } from '../i18n/i18n';
import { currentPath, Link, navigate } from '../router/router';
import { Avatar } from '../ui/Avatar';
import { Icon, type IconName } from '../ui/Icon';
import { Empty } from '../ui/Page';
import { toast } from '../ui/toast';
import { depthOf, type Place, placeOf, type Tab } from './places';
import styles from './Shell.module.css';

type Columns = { list: ComponentChildren; main: ComponentChildren; details?: ComponentChildren };

function columns(place: Place, onSignOut: () => Promise<void>): Columns {
  switch (place.tab) {
    case 'chats': {
      const id = 'id' in place ? place.id : undefined;
      return {
        list: <ChatList chosen={id} />,
        main:
          place.at === 'newGroup' ? (
            <NewGroup />
          ) : id ? (
            <ConversationScreen key={id} id={id} />
          ) : (
            <Empty icon="chats" title={t.value.chats.pick} hint={t.value.chats.pickHint} />
          ),
        details:
          place.at === 'details' ? (
            <ConversationDetails key={place.id} id={place.id} />
          ) : place.at === 'packet' ? (
            <PacketDetails key={place.packet} id={place.packet} back={`/c/${place.id}`} />
          ) : place.at === 'transfer' ? (
            <TransferDetails key={place.transfer} id={place.transfer} back={`/c/${place.id}`} />
          ) : undefined,
      };
    }
    case 'contacts':
      return {
        list: <Contacts chosen={place.at === 'person' ? place.id : undefined} />,
        main:
          place.at === 'person' ? (
            <Person key={place.id} id={place.id} />
          ) : place.at === 'add' ? (
            <AddFriend />
          ) : (
            <Blank icon="contacts" title={t.value.tabs.contacts} />
          ),
      };
    case 'discover': {
      const transfers = place.at === 'transfers' || place.at === 'walletTransfer';
      const wallet = place.at === 'wallet' || place.at === 'walletPacket' || place.at === 'orders' || transfers;
      return {
        list: <Discover chosen={wallet ? 'wallet' : place.at} />,
        main: transfers ? (
          <TransferList />
        ) : place.at === 'orders' ? (
          <OrderList />
        ) : wallet ? (
          <Wallet />
        ) : place.at === 'fairness' ? (
          <Fairness />
        ) : (
          <Blank icon="discover" title={t.value.tabs.discover} />
        ),
        details:
          place.at === 'walletPacket' ? (
            <PacketDetails key={place.packet} id={place.packet} back="/wallet" />
          ) : place.at === 'walletTransfer' ? (
            <TransferDetails key={place.transfer} id={place.transfer} back="/wallet/transfers" />
          ) : undefined,
      };
    }
    case 'me':
      return {
        list: <Me chosen={place.at} onSignOut={onSignOut} />,
        main:
          place.at === 'profile' ? (
            <Profile />
          ) : place.at === 'devices' ? (
            <Devices />
          ) : (
            <Blank icon="me" title={t.value.tabs.me} />
          ),
      };
  }
}

/** The quiet middle of a desk where nothing was chosen yet. */
function Blank({ icon, title }: { icon: IconName; title: string }) {
  return <Empty icon={icon} title={title} />;
}

const tabs: readonly [Tab, string, IconName][] = [
  ['chats', '/', 'chats'],
  ['contacts', '/contacts', 'contacts'],
  ['discover', '/discover', 'discover'],
  ['me', '/me', 'me'],
];

export function Shell({ onSignOut }: { onSignOut: () => Promise<void> }) {
  const client = useClient();
  const place = placeOf(currentPath.value);
  useEffect(() => {
    if (!place) navigate('/', { replace: true });
  }, [place]);
  useSignalEffect(() => {
    const count = waiting(client);
    document.title = count > 0 ? `(${count}) Laisee · 利是` : 'Laisee · 利是';
  });
  useSignalEffect(() => {
    if (client.refunded.value !== undefined) toast(t.value.packet.refunded);
  });
  if (!place) return null;
  const { list, main, details } = columns(place, onSignOut);
  const unread = waiting(client);
  const requests = client.friends.value.filter((one) => one.relation === Relation.INCOMING).length;
  const badge = (tab: Tab) => (tab === 'chats' ? unread : tab === 'contacts' ? requests : 0);
  return (
    <div class={styles.shell} data-depth={depthOf(place)}>
      {client.suspended.value.code && <ReleaseCodeNote />}
      <nav class={styles.tabs} aria-label={t.value.tabs.label}>
        <Link href="/me/profile" class={styles.self} aria-label={t.value.tabs.profile}>
          <Avatar face={client.me.value.face} name={client.me.value.displayName} size={40} />
        </Link>
        {tabs.map(([tab, href, icon]) => (
          <Link
            key={tab}
            href={href}
            class={styles.tab}
            aria-current={place.tab === tab ? 'page' : undefined}
            data-testid={`tab-${tab}`}
          >
            <span class={styles.tabIcon}>
              <Icon name={icon} size={24} />
              {badge(tab) > 0 && <span class={styles.badge}>{badge(tab) > 99 ? '99+' : badge(tab)}</span>}
            </span>
            <span class={styles.tabWords}>{t.value.tabs[tab]}</span>
          </Link>
        ))}
      </nav>
      <section class={styles.list} aria-label={t.value.tabs[place.tab]}>
        <Connection />
        {list}
      </section>
      <main class={styles.main}>
        <Connection phoneOnly />
        {main}
      </main>
      {details && <aside class={styles.details}>{details}</aside>}
    </div>
  );
}

/** Says that the line is down, but not for the blink of a reconnect. */
function Connection({ phoneOnly }: { phoneOnly?: boolean }) {
  const client = useClient();
  const lasting = useSignal(false);
  const { link } = client;
  useSignalEffect(() => {
    if (link.value === 'online') {
      lasting.value = false;
      return;
    }
    const wait = setTimeout(() => {
      lasting.value = true;
    }, 1500);
    return () => clearTimeout(wait);
  });
  if (!lasting.value || link.value === 'online') return null;
  return (
    <p class={`${styles.connection} ${phoneOnly ? styles.phoneOnly : ''}`} role="status" data-testid="connection">
      <Icon name="offline" size={16} />
      {link.value === 'connecting' ? t.value.connection.connecting : t.value.connection.offline}
    </p>
  );
}
