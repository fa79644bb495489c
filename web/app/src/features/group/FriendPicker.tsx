import type { Friend } from '../../client/wire';
import { Avatar } from '../../ui/Avatar';
import { Icon } from '../../ui/Icon';
import styles from './group.module.css';

type PickerProps = {
  label: string;
  friends: readonly Friend[];
  chosen: readonly string[];
  onToggle: (user: string) => void;
};

export function FriendPicker({ label, friends, chosen, onToggle }: PickerProps) {
  return (
    <fieldset class={styles.picker}>
      <legend class="visually-hidden">{label}</legend>
      {friends.map(({ user }) =>
        user ? (
          <label key={user.id} class={styles.choice} data-testid="choose-friend">
            <input type="checkbox" checked={chosen.includes(user.id)} onChange={() => onToggle(user.id)} />
            <span class={styles.box}>
              <Icon name="check" size={16} />
            </span>
            <Avatar face={user.face} name={user.displayName} size={40} />
            <span>{user.displayName}</span>
          </label>
        ) : null,
      )}
    </fieldset>
  );
}
