import type { Signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon } from '../../ui/Icon';
import styles from './PinPad.module.css';
import { pinWords } from './words';

export const pinLength = 6;

type PinPadProps = {
  label: string;
  typed: Signal<string>;
  /** Says beneath the dots what went wrong, or what to know. */
  note?: string | undefined;
  bad?: boolean;
  disabled?: boolean;
  /** While the server looks at it. */
  busy?: boolean;
  onComplete: (pin: string) => void;
  testId?: string;
};

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/**
 * Six dots and ten keys. A real field lies over the dots and has the focus, so that a keyboard and a screen reader
 * meet what they know; a phone's own keyboard stays away.
 */
export function PinPad({ label, typed, note, bad, disabled, busy, onComplete, testId = 'pin' }: PinPadProps) {
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const still = disabled || busy;
  // After the dialog has opened, which puts the focus on its first button.
  useEffect(() => {
    if (!still) field.current?.focus({ preventScroll: true });
  }, [still, label]);
  const put = (text: string) => {
    const digits = text.replace(/\D/g, '').slice(0, pinLength);
    if (digits === typed.value) return;
    typed.value = digits;
    if (digits.length === pinLength) onComplete(digits);
  };
  // What was wrong is cleared by whoever asks; the field follows.
  useEffect(() => {
    if (field.current && field.current.value !== typed.value) field.current.value = typed.value;
  }, [typed.value]);
  const words = pinWords.value;
  const count = typed.value.length;
  return (
    <div class={styles.pad} aria-busy={busy || undefined}>
      <label class={styles.label} for={id}>
        {label}
      </label>
      <div class={`${styles.dots} ${bad && count === 0 ? styles.shake : ''}`}>
        <input
          ref={field}
          id={id}
          class={styles.field}
          type="password"
          inputMode="none"
          autoComplete="off"
          maxLength={pinLength}
          disabled={still}
          value={typed.value}
          aria-describedby={`${id}n`}
          aria-invalid={bad || undefined}
          data-testid={testId}
          onInput={(event) => {
            put(event.currentTarget.value);
            event.currentTarget.value = typed.value;
          }}
        />
        {Array.from({ length: pinLength }, (_, i) => (
          <span
            key={String(i)}
            class={`${styles.dot} ${i < count ? styles.full : ''} ${i === count ? styles.next : ''}`}
          />
        ))}
      </div>
      <p id={`${id}n`} class={bad ? styles.bad : styles.note} aria-live="polite" data-testid={`${testId}-note`}>
        {busy ? words.checking : note || words.typed(count, pinLength)}
      </p>
      <div class={styles.keys}>
        {keys.map((digit) => (
          <Key key={digit} disabled={still} onPress={() => put(typed.value + digit)}>
            {digit}
          </Key>
        ))}
        <span />
        <Key disabled={still} onPress={() => put(`${typed.value}0`)}>
          0
        </Key>
        <Key disabled={still || count === 0} label={words.erase} onPress={() => put(typed.value.slice(0, -1))}>
          <Icon name="erase" size={26} />
        </Key>
      </div>
    </div>
  );
}

type KeyProps = {
  disabled: boolean | undefined;
  label?: string;
  onPress: () => void;
  children: preact.ComponentChildren;
};

/** Leaves the focus in the field, where typing goes on. */
function Key({ disabled, label, onPress, children }: KeyProps) {
  return (
    <button
      type="button"
      class={styles.key}
      tabIndex={-1}
      disabled={disabled}
      aria-label={label}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
