import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Client, LaiseeError } from '../../client/client';
import { ErrorCode } from '../../client/wire';
import { type Action, action } from '../../ui/action';

export type ReleaseForm = {
  /** Until when the newest code is good; undefined: none was asked for here. */
  readonly codeUntilMs: ReadonlySignal<number | undefined>;
  readonly codesLeft: ReadonlySignal<number | undefined>;
  readonly code: Signal<string>;
  readonly secret: Signal<string>;
  /** Tries left after a wrong code or password. */
  readonly triesLeft: ReadonlySignal<number | undefined>;
  readonly ready: ReadonlySignal<boolean>;
  readonly ask: Action<[]>;
  readonly submit: Action<[]>;
};

export const codeLength = 6;

/** Ends a suspension of one's own: a code that comes to all devices, and what only the owner knows. */
export function releaseForm(client: Pick<Client, 'risk'>): ReleaseForm {
  const codeUntilMs = signal<number | undefined>(undefined);
  const codesLeft = signal<number | undefined>(undefined);
  const code = signal('');
  const secret = signal('');
  const triesLeft = signal<number | undefined>(undefined);
  return {
    codeUntilMs,
    codesLeft,
    code,
    secret,
    triesLeft,
    ready: computed(() => new RegExp(`^\\d{${codeLength}}$`).test(code.value) && secret.value !== ''),
    ask: action(async () => {
      const made = await client.risk.requestCode();
      codeUntilMs.value = Number(made.expiresAtMs);
      codesLeft.value = made.codesLeft;
      triesLeft.value = undefined;
      code.value = '';
    }),
    submit: action(async () => {
      triesLeft.value = undefined;
      try {
        await client.risk.release(code.value, secret.value);
      } catch (reason) {
        if (!(reason instanceof LaiseeError) || reason.code !== ErrorCode.RELEASE_FAILED) throw reason;
        triesLeft.value = reason.details.triesLeft ?? 0;
        throw reason;
      }
    }),
  };
}
