import { useSignal } from '@preact/signals';
import { useClient } from '../../client/context';
import { IconButton } from '../../ui/Button';
import { clock, useCountdown } from '../../ui/countdown';
import styles from './risk.module.css';
import { riskWords } from './words';

/** The code that one of my devices asked for, wherever I am in the app, for as long as it is good. */
export function ReleaseCodeNote() {
  const client = useClient();
  const hidden = useSignal('');
  const { code } = client.suspended.value;
  const left = useCountdown(code && Number(code.expiresAtMs));
  if (!code || left === 0 || hidden.value === code.code) return null;
  const words = riskWords.value;
  return (
    <aside class={styles.codeNote} aria-label={words.yourCode} data-testid="release-code-note">
      <p role="status">
        {words.yourCode}
        <b data-testid="release-code-shown">{code.code}</b>
        <small>
          {words.codeHint(clock(left))} {words.notYou}
        </small>
      </p>
      <IconButton
        icon="close"
        size={20}
        label={words.dismiss}
        onClick={() => {
          hidden.value = code.code;
        }}
      />
    </aside>
  );
}
