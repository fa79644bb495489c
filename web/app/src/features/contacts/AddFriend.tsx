import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Client } from '../../client/client';
import { useClient } from '../../client/context';
import { Relation, type User } from '../../client/wire';
import { navigate } from '../../router/router';
import { Avatar } from '../../ui/Avatar';
import { action } from '../../ui/action';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Card, Header, Scroll } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { toast } from '../../ui/toast';
import styles from './Contacts.module.css';
import { contactsWords } from './words';

export function addFriendModel(client: Client) {
  const name = signal('');
  const found = signal<User | undefined>(undefined);
  const greeting = signal<string | undefined>(undefined);
  return {
    name,
    found,
    greeting,
    find: action(async () => {
      found.value = undefined;
      found.value = await client.findUser(name.value.trim().toLowerCase());
    }),
    ask: action(async (words: string) => {
      if (found.value) await client.requestFriend(found.value.id, words);
    }),
  };
}

export function AddFriend() {
  const client = useClient();
  const model = useMemo(() => addFriendModel(client), [client]);
  const words = contactsWords.value;
  const found = model.found.value;
  return (
    <div class={styles.screen} data-testid="add-friend">
      <Header title={words.add} back="/contacts" backOnPhoneOnly />
      <Scroll narrow>
        <form
          class={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (model.name.value.trim()) void model.find.run();
          }}
        >
          <div class={styles.find}>
            <Field
              label={words.nameLabel}
              hint={words.addHint}
              placeholder={words.namePlaceholder}
              value={model.name.value}
              autoCapitalize="none"
              autoComplete="off"
              spellcheck={false}
              enterkeyhint="search"
              data-testid="find-name"
              onText={(text) => {
                model.name.value = text;
                model.find.forget();
              }}
            />
            <Button
              type="submit"
              look={found ? 'quiet' : 'primary'}
              busy={model.find.busy.value}
              disabled={!model.name.value.trim()}
              data-testid="find-submit"
            >
              {words.find}
            </Button>
          </div>
          <Problem of={model.find.problem.value} />
        </form>
        {found && (
          <Card>
            <Found key={found.id} user={found} model={model} />
          </Card>
        )}
      </Scroll>
    </div>
  );
}

function Found({ user, model }: { user: User; model: ReturnType<typeof addFriendModel> }) {
  const client = useClient();
  const words = contactsWords.value;
  const known = client.friends.value.find((one) => one.user?.id === user.id);
  const greeting = model.greeting.value ?? words.greetingDefault(client.me.value.displayName);
  const relation = known?.relation ?? Relation.NONE;
  const mine = user.id === client.me.value.id;
  return (
    <div data-testid="found-user">
      <div class={styles.person}>
        <Avatar face={user.face} name={user.displayName} size={72} />
        <p class={styles.personName}>{user.displayName}</p>
        <p class={styles.personNote}>@{user.name}</p>
      </div>
      {mine ? (
        <p class={styles.person}>{words.itIsYou}</p>
      ) : relation === Relation.FRIEND && known ? (
        <div class={styles.ask}>
          <Button look="primary" wide onClick={() => navigate(`/c/${known.conversation}`)}>
            {words.write}
          </Button>
        </div>
      ) : relation === Relation.REQUESTED ? (
        <p class={styles.person}>{words.waiting}</p>
      ) : (
        <form
          class={styles.ask}
          onSubmit={async (event) => {
            event.preventDefault();
            if (await model.ask.run(greeting.trim())) toast(words.asked);
          }}
        >
          <Field
            label={words.greetingLabel}
            value={greeting}
            maxLength={60}
            onText={(text) => {
              model.greeting.value = text;
            }}
          />
          <Problem of={model.ask.problem.value} />
          <Button type="submit" look="primary" wide busy={model.ask.busy.value} data-testid="ask-friend">
            {words.ask}
          </Button>
        </form>
      )}
    </div>
  );
}
