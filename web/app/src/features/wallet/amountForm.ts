import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Client } from '../../client/client';
import { type Limit, OrderStatus } from '../../client/wire';
import { parseMoney } from '../../money/money';
import { payOnce } from '../../money/payOnce';
import { type Action, action } from '../../ui/action';
import { type PinGate, pinGate } from '../pin';

/** Why an amount cannot be moved. `each`: at once; `left`: today. */
export type AmountProblem = { why: 'each' | 'left' | 'funds'; amount: bigint } | { why: 'destination' };

export type AmountForm = {
  readonly typed: Signal<string>;
  readonly amount: ReadonlySignal<bigint>;
  readonly limit: ReadonlySignal<Limit | undefined>;
  readonly problem: ReadonlySignal<AmountProblem | undefined>;
};

function amountForm(limit: ReadonlySignal<Limit | undefined>, more: (amount: bigint) => AmountProblem | undefined) {
  const typed = signal('');
  const amount = computed(() => parseMoney(typed.value) ?? 0n);
  const problem = computed<AmountProblem | undefined>(() => {
    const fen = amount.value;
    const { each, left } = limit.value ?? { each: fen, left: fen };
    if (fen > each) return { why: 'each', amount: each };
    if (fen > left) return { why: 'left', amount: left };
    return more(fen);
  });
  return { typed, amount, limit, problem };
}

/** Whether the money has moved already, or the provider still has to say so. */
export type Outcome = 'done' | 'ordered';

const outcomeOf = (status: OrderStatus): Outcome => (status === OrderStatus.SUCCEEDED ? 'done' : 'ordered');

export type TopUpForm = AmountForm & {
  readonly submit: Action<[]>;
  readonly outcome: ReadonlySignal<Outcome | undefined>;
};

export function topUpForm(client: Client): TopUpForm {
  const form = amountForm(
    computed(() => client.account.value?.topUp),
    () => undefined,
  );
  const outcome = signal<Outcome | undefined>(undefined);
  return {
    ...form,
    outcome,
    submit: action(async () => {
      const order = { amount: form.amount.value };
      const { status } = await payOnce(client, 'top-up', order, ({ id, amount }) => client.topUp(id, amount));
      outcome.value = outcomeOf(status);
    }),
  };
}

export type WithdrawForm = AmountForm & {
  readonly destination: Signal<string>;
  readonly pay: PinGate;
  readonly outcome: ReadonlySignal<Outcome | undefined>;
};

export const longestDestination = 200;

export function withdrawForm(client: Client): WithdrawForm {
  const destination = signal('');
  const form = amountForm(
    computed(() => client.account.value?.withdraw),
    (fen) => {
      const balance = client.balance.value;
      if (balance !== undefined && fen > balance) return { why: 'funds', amount: fen - balance };
      const length = [...destination.value.trim()].length;
      return length < 1 || length > longestDestination ? { why: 'destination' } : undefined;
    },
  );
  const outcome = signal<Outcome | undefined>(undefined);
  const pay = pinGate(async (pin) => {
    const order = { amount: form.amount.value, destination: destination.value.trim() };
    const { status } = await payOnce(client, 'withdrawal', order, (withdrawal) =>
      client.orders.withdraw({ ...withdrawal, ...(pin === undefined ? {} : { pin }) }),
    );
    outcome.value = outcomeOf(status);
  });
  return { ...form, destination, pay, outcome };
}
