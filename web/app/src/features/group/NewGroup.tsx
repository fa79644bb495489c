import { useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { navigate } from '../../router/router';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Card, Empty, Header, Scroll } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { FriendPicker } from './FriendPicker';
import styles from './group.module.css';
import { longestTitle, newGroupModel } from './model';
import { groupWords } from './words';

export function NewGroup() {
  const client = useClient();
  const model = useMemo(() => newGroupModel(client), [client]);
  const words = groupWords.value;
  const friends = model.friends.value;
  const problem = model.problem.value;
  return (
    <form
      class={styles.screen}
      data-testid="new-group"
      onSubmit={async (event) => {
        event.preventDefault();
        if (await model.create.run()) navigate(`/c/${model.created.value}`, { replace: true });
      }}
    >
      <Header title={words.new} note={words.chosen(model.chosen.value.length)} back="/" backOnPhoneOnly />
      <Scroll narrow>
        {client.friendsReady.value && friends.length === 0 ? (
          <Empty icon="group" title={words.noFriends} hint={words.noFriendsHint}>
            <Button look="primary" onClick={() => navigate('/contacts/add')}>
              {groupWords.value.addFriend}
            </Button>
          </Empty>
        ) : (
          <>
            <Field
              label={words.title}
              placeholder={words.titlePlaceholder}
              value={model.title.value}
              maxLength={longestTitle}
              data-testid="group-title"
              onText={(text) => {
                model.title.value = text;
              }}
            />
            <Card title={words.choose}>
              <FriendPicker
                label={words.choose}
                friends={friends}
                chosen={model.chosen.value}
                onToggle={model.toggle}
              />
            </Card>
          </>
        )}
      </Scroll>
      {friends.length > 0 && (
        <footer class={styles.foot}>
          <Problem of={model.create.problem.value} />
          <p class={styles.why} aria-live="polite">
            {problem ? words[problem] : ''}
          </p>
          <Button
            look="primary"
            type="submit"
            wide
            disabled={problem !== undefined}
            busy={model.create.busy.value}
            data-testid="create-group"
          >
            {words.create}
          </Button>
        </footer>
      )}
    </form>
  );
}
