import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Client, LaiseeError } from '../../client/client';
import { ErrorCode } from '../../client/wire';
import { type Action, action } from '../../ui/action';
import { type PinGate, pinGate } from '../pin';

export type ReleaseForm = {
  /** Until when the newest code is good; undefined: none was asked for here. */
  readonly codeUntilMs: ReadonlySignal<number | undefined>;
  readonly codesLeft: ReadonlySignal<number | undefined>;
  readonly code: Signal<string>;
  /** Tries left after a wrong code. */
  readonly triesLeft: ReadonlySignal<number | undefined>;
  readonly ready: ReadonlySignal<boolean>;
  readonly ask: Action<[]>;
  /** Ends the suspension; asks for the payment PIN on the way. */
  readonly release: PinGate;
};

export const codeLength = 6;

/** Ends a suspension of one's own: a code that comes to all devices, and the PIN, which only the owner knows. */
export function releaseForm(client: Pick<Client, 'risk'>): ReleaseForm {
  const codeUntilMs = signal<number | undefined>(undefined);
  const codesLeft = signal<number | undefined>(undefined);
  const code = signal('');
  const release = pinGate((pin) => client.risk.release(code.value, pin));
  return {
    codeUntilMs,
    codesLeft,
    code,
    release,
    triesLeft: computed(() => {
      const reason = release.problem.value;
      const wrong = reason instanceof LaiseeError && reason.code === ErrorCode.RELEASE_FAILED;
      return wrong ? (reason.details.triesLeft ?? 0) : undefined;
    }),
    ready: computed(() => new RegExp(`^\\d{${codeLength}}$`).test(code.value)),
    ask: action(async () => {
      const made = await client.risk.requestCode();
      codeUntilMs.value = Number(made.expiresAtMs);
      codesLeft.value = made.codesLeft;
      code.value = '';
    }),
  };
}
