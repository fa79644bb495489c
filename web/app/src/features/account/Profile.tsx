import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Client } from '../../client/client';
import { useClient } from '../../client/context';
import { t } from '../../i18n/i18n';
import { Avatar, readFace } from '../../ui/Avatar';
import { action } from '../../ui/action';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Header, Scroll } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { toast } from '../../ui/toast';
import styles from './account.module.css';
import { FacePicker } from './FacePicker';
import { type Face, joinFace } from './faces';
import { accountWords } from './words';

export function profileModel(client: Client) {
  const me = client.me.value;
  const displayName = signal(me.displayName);
  const face = signal<Face>(readFace(me.face));
  return {
    displayName,
    face,
    save: action(() => client.updateProfile(displayName.value.trim(), joinFace(face.value.emoji, face.value.colour))),
  };
}

export function Profile() {
  const client = useClient();
  const model = useMemo(() => profileModel(client), [client]);
  const words = accountWords.value;
  const length = [...model.displayName.value.trim()].length;
  const good = length >= 1 && length <= 40;
  const face = model.face.value;
  return (
    <div class={styles.screen} data-testid="profile-page">
      <Header title={words.profile} back="/me" backOnPhoneOnly />
      <Scroll narrow>
        <form
          class={styles.form}
          onSubmit={async (event) => {
            event.preventDefault();
            if (good && (await model.save.run())) toast(t.value.common.saved);
          }}
        >
          <div class={styles.faceRow}>
            <Avatar face={joinFace(face.emoji, face.colour)} name={model.displayName.value} size={72} />
            <FacePicker
              face={face}
              onChange={(next) => {
                model.face.value = next;
              }}
            />
          </div>
          <Field
            label={words.displayName}
            value={model.displayName.value}
            maxLength={40}
            hint={words.displayNameHint}
            problem={good ? undefined : words.problems.displayName}
            onText={(text) => {
              model.displayName.value = text;
            }}
          />
          <Problem of={model.save.problem.value} />
          <Button look="primary" type="submit" wide busy={model.save.busy.value} disabled={!good}>
            {t.value.common.save}
          </Button>
        </form>
      </Scroll>
    </div>
  );
}
