import { computed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Client } from '../../client/client';
import { useClient } from '../../client/context';
import { type Friend, Relation } from '../../client/wire';
import { locale, t } from '../../i18n/i18n';
import { navigate } from '../../router/router';
import { Avatar } from '../../ui/Avatar';
import { Button, IconButton } from '../../ui/Button';
import { orToast } from '../../ui/orToast';
import { Card, Empty, Header, Scroll, SkeletonRows } from '../../ui/Page';
import { Row } from '../../ui/Row';
import { toast } from '../../ui/toast';
import styles from './Contacts.module.css';
import { contactsWords } from './words';

/** Friends by name; those online are not moved up, so that nobody jumps under the finger. */
export function contactsModel(client: Client) {
  const of = (relation: Relation) => computed(() => client.friends.value.filter((one) => one.relation === relation));
  const friends = of(Relation.FRIEND);
  return {
    incoming: of(Relation.INCOMING),
    requested: of(Relation.REQUESTED),
    friends: computed(() => {
      const order = new Intl.Collator(locale.value);
      return [...friends.value].sort((a, b) => order.compare(a.user?.displayName ?? '', b.user?.displayName ?? ''));
    }),
  };
}

export function Contacts({ chosen }: { chosen?: string | undefined }) {
  const client = useClient();
  const model = useMemo(() => contactsModel(client), [client]);
  const words = contactsWords.value;
  const incoming = model.incoming.value;
  const requested = model.requested.value;
  const friends = model.friends.value;
  return (
    <div class={styles.screen} data-testid="contacts">
      <Header title={words.title} large>
        <IconButton icon="addFriend" label={words.add} onClick={() => navigate('/contacts/add')} />
      </Header>
      <Scroll>
        {!client.friendsReady.value && <SkeletonRows />}
        {client.friendsReady.value && incoming.length + requested.length + friends.length === 0 && (
          <Empty icon="contacts" title={words.empty} hint={words.emptyHint}>
            <Button look="primary" onClick={() => navigate('/contacts/add')}>
              {words.add}
            </Button>
          </Empty>
        )}
        {incoming.length > 0 && (
          <Card title={words.requests}>
            {incoming.map((one) => (
              <Request key={one.user?.id} friend={one} />
            ))}
          </Card>
        )}
        {friends.length > 0 && (
          <Card title={`${words.friends} · ${friends.length}`}>
            {friends.map((one) => (
              <Row
                key={one.user?.id}
                href={`/contacts/${one.user?.id}`}
                chosen={one.user?.id === chosen}
                testId="friend"
                lead={
                  <Avatar
                    face={one.user?.face ?? ''}
                    name={one.user?.displayName ?? ''}
                    online={client.isOnline(one.user?.id ?? '')}
                  />
                }
                title={one.user?.displayName}
                note={client.isOnline(one.user?.id ?? '') ? t.value.conversation.online : undefined}
              />
            ))}
          </Card>
        )}
        {requested.length > 0 && (
          <Card title={words.waiting}>
            {requested.map((one) => (
              <Row
                key={one.user?.id}
                lead={<Avatar face={one.user?.face ?? ''} name={one.user?.displayName ?? ''} />}
                title={one.user?.displayName}
                value={words.pendingTag}
              />
            ))}
          </Card>
        )}
      </Scroll>
    </div>
  );
}

function Request({ friend }: { friend: Friend }) {
  const client = useClient();
  const words = contactsWords.value;
  const user = friend.user;
  if (!user) return null;
  return (
    <div class={styles.request} data-testid="friend-request">
      <Avatar face={user.face} name={user.displayName} />
      <span class={styles.words}>
        <span>{user.displayName}</span>
        {friend.greeting && <span class={styles.greeting}>{friend.greeting}</span>}
      </span>
      <span class={styles.answers}>
        <Button
          small
          aria-label={words.declineNamed(user.displayName)}
          onClick={() => void orToast(client.answerFriend(user.id, false))}
        >
          {words.decline}
        </Button>
        <Button
          small
          look="primary"
          aria-label={words.acceptNamed(user.displayName)}
          onClick={async () => {
            if (await orToast(client.answerFriend(user.id, true))) toast(words.accepted(user.displayName));
          }}
        >
          {words.accept}
        </Button>
      </span>
    </div>
  );
}
