import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Client } from '../../client/client';
import { asksForPin } from './pinGate';

/** set: there is none yet. change: with the one there is. reset: it was forgotten. The first and last need the password. */
export type Purpose = 'set' | 'change' | 'reset';
export type Step = 'old' | 'password' | 'new' | 'again' | 'done';

export type PinFlow = {
  readonly step: ReadonlySignal<Step>;
  readonly typed: Signal<string>;
  readonly password: Signal<string>;
  readonly busy: ReadonlySignal<boolean>;
  /** What to say beneath the dots. */
  readonly trouble: ReadonlySignal<Trouble | undefined>;
  readonly problem: ReadonlySignal<unknown>;
  /** The six digits of this step. */
  enter: (pin: string) => Promise<void>;
  /** The password was typed. */
  proceed: () => Promise<void>;
};

export type Trouble =
  | { why: 'differ' | 'simple' | 'same' }
  | { why: 'wrong'; triesLeft: number | undefined }
  | { why: 'locked'; untilMs: number | undefined };

/** What everybody tries first: all the same digit, or a run up or down. */
export function tooSimple(pin: string): boolean {
  const steps = new Set([...pin].slice(1).map((digit, i) => Number(digit) - Number(pin[i])));
  return steps.size === 1 && [0, 1, -1].includes([...steps][0] ?? 0);
}

export function pinFlow(client: Pick<Client, 'pin'>, purpose: Purpose): PinFlow {
  const first: Step = purpose === 'change' ? 'old' : 'password';
  const step = signal<Step>(first);
  const typed = signal('');
  const password = signal('');
  const busy = signal(false);
  const trouble = signal<Trouble | undefined>(undefined);
  const problem = signal<unknown>(undefined);
  let old = '';
  let chosen = '';

  const save = async (pin: string) => {
    busy.value = true;
    try {
      await client.pin.set(pin, purpose === 'change' ? { currentPin: old } : { password: password.value });
      old = '';
      chosen = '';
      password.value = '';
      step.value = 'done';
    } catch (reason) {
      const asking = asksForPin(reason);
      if (asking?.why === 'wrong' || asking?.why === 'locked') trouble.value = asking;
      else problem.value = reason;
      // What proves who asks was wrong, or could not be checked: it is asked for again, and only that.
      step.value = first;
    } finally {
      busy.value = false;
    }
  };

  return {
    step,
    typed,
    password,
    busy,
    trouble: computed(() => trouble.value),
    problem,
    async enter(pin) {
      if (busy.value) return;
      trouble.value = undefined;
      problem.value = undefined;
      typed.value = '';
      if (step.value === 'old') {
        old = pin;
        step.value = chosen ? 'again' : 'new';
        if (chosen) await save(chosen);
      } else if (step.value === 'new') {
        if (tooSimple(pin)) trouble.value = { why: 'simple' };
        else if (purpose === 'change' && pin === old) trouble.value = { why: 'same' };
        else {
          chosen = pin;
          step.value = 'again';
        }
      } else if (step.value === 'again') {
        if (pin === chosen) await save(pin);
        else {
          chosen = '';
          trouble.value = { why: 'differ' };
          step.value = 'new';
        }
      }
    },
    async proceed() {
      trouble.value = undefined;
      problem.value = undefined;
      if (!password.value || busy.value) return;
      if (chosen) await save(chosen);
      else step.value = 'new';
    },
  };
}
