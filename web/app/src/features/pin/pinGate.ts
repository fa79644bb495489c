import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { LaiseeError } from '../../client/client';
import { ErrorCode } from '../../client/wire';

/** Why the PIN is asked for. */
export type Asking =
  | { why: 'required' }
  | { why: 'wrong'; triesLeft: number | undefined }
  /** There is none yet: it has to be made first. */
  | { why: 'notSet' }
  | { why: 'locked'; untilMs: number | undefined };

const timeOf = (ms: bigint | undefined) => (ms ? Number(ms) : undefined);

/** What a refusal says about the PIN, or about the password where it stands for it; undefined: it is about something else. */
export function asksForPin(problem: unknown): Asking | undefined {
  if (!(problem instanceof LaiseeError)) return undefined;
  switch (problem.code) {
    case ErrorCode.PIN_REQUIRED:
      return { why: 'required' };
    case ErrorCode.PIN_WRONG:
    case ErrorCode.PASSWORD_WRONG:
      return { why: 'wrong', triesLeft: problem.details.triesLeft };
    case ErrorCode.PIN_NOT_SET:
      return { why: 'notSet' };
    case ErrorCode.PIN_LOCKED:
      return { why: 'locked', untilMs: timeOf(problem.details.untilMs) };
    default:
      return undefined;
  }
}

export type PinGate = {
  /** Set while the PIN has to be asked for before it goes on. */
  readonly asking: ReadonlySignal<Asking | undefined>;
  readonly busy: ReadonlySignal<boolean>;
  /** Anything but the PIN that was wrong. */
  readonly problem: ReadonlySignal<unknown>;
  readonly typed: Signal<string>;
  /** Does the work; false: refused, or the PIN is asked for first. */
  start: () => Promise<boolean>;
  /** The same work again, with the PIN. */
  enter: (pin: string) => Promise<boolean>;
  /** There is a new PIN, and no tries of it yet. */
  renewed: () => void;
  /** Shuts the gate; what was typed into the form stays. */
  cancel: () => void;
};

/**
 * Work that may need the PIN. The server says whether it does; then the same work is done again with it, so `work` has
 * to keep its client id. Nothing of the PIN is kept.
 */
export function pinGate(work: (pin: string | undefined) => Promise<void>): PinGate {
  const asking = signal<Asking | undefined>(undefined);
  const busy = signal(false);
  const problem = signal<unknown>(undefined);
  const typed = signal('');
  const attempt = async (pin: string | undefined) => {
    if (busy.value) return false;
    busy.value = true;
    problem.value = undefined;
    try {
      await work(pin);
      asking.value = undefined;
      return true;
    } catch (reason) {
      asking.value = asksForPin(reason);
      if (!asking.value) problem.value = reason;
      return false;
    } finally {
      typed.value = '';
      busy.value = false;
    }
  };
  return {
    asking: computed(() => asking.value),
    busy,
    problem,
    typed,
    start: () => attempt(undefined),
    enter: (pin) => attempt(pin),
    renewed: () => {
      asking.value = { why: 'required' };
    },
    cancel: () => {
      asking.value = undefined;
      typed.value = '';
    },
  };
}
