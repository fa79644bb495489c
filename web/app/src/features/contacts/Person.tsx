import { useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { Relation } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { navigate } from '../../router/router';
import { Avatar } from '../../ui/Avatar';
import { action } from '../../ui/action';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Confirm';
import { Header, Scroll } from '../../ui/Page';
import { toast } from '../../ui/toast';
import styles from './Contacts.module.css';
import { contactsWords } from './words';

/** One person: who they are, and what one can do with them. */
export function PersonCard({ id }: { id: string }) {
  const client = useClient();
  const removing = useSignal(false);
  const remove = useMemo(() => action(() => client.removeFriend(id)), [client, id]);
  const friend = useComputed(() => client.friends.value.find((one) => one.user?.id === id));
  const words = contactsWords.value;
  const user = client.user(id);
  if (!user) return null;
  const isFriend = friend.value?.relation === Relation.FRIEND;
  const conversation = friend.value?.conversation ?? '0';
  const online = client.isOnline(id);
  const talkingHere = location.pathname.startsWith(`/c/${conversation}`);
  return (
    <div class={styles.person}>
      <Avatar face={user.face} name={user.displayName} size={88} />
      <p class={styles.personName}>{user.displayName}</p>
      <p class={styles.personNote}>
        @{user.name} ·{' '}
        {isFriend ? (online ? t.value.conversation.online : t.value.conversation.offline) : words.notFriends}
      </p>
      {isFriend && (
        <div class={styles.actions}>
          {!talkingHere && (
            <Button look="primary" wide onClick={() => navigate(`/c/${conversation}`)} data-testid="write-to">
              {words.write}
            </Button>
          )}
          <Button
            look="plain"
            onClick={() => {
              removing.value = true;
            }}
          >
            {words.remove}
          </Button>
        </div>
      )}
      {removing.value && (
        <Confirm
          title={words.removeSure(user.displayName)}
          hint={words.removeHint}
          yes={words.remove}
          work={remove}
          onDone={() => {
            toast(words.removed);
            navigate('/contacts', { replace: true });
          }}
          onClose={() => {
            removing.value = false;
          }}
        />
      )}
    </div>
  );
}

export function Person({ id }: { id: string }) {
  const client = useClient();
  return (
    <div class={styles.screen} data-testid="person">
      <Header title={client.user(id)?.displayName ?? ''} back="/contacts" backOnPhoneOnly />
      <Scroll narrow>
        <PersonCard id={id} />
      </Scroll>
    </div>
  );
}
