import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Client } from '../../client/client';
import { Arrival, type Conversation } from '../../client/wire';
import { parseMoney } from '../../money/money';
import { payOnce } from '../../money/payOnce';
import { type PinGate, pinGate } from '../pin';

export type FormProblem = { why: 'empty' | 'note' } | { why: 'tooSmall' | 'tooLarge' | 'funds'; amount: bigint };

export type TransferForm = {
  readonly amount: Signal<string>;
  readonly note: Signal<string>;
  readonly arrival: Signal<Arrival>;
  readonly fen: ReadonlySignal<bigint>;
  readonly problem: ReadonlySignal<FormProblem | undefined>;
  /** Whether the problem is worth words already: not while nothing was typed. */
  readonly sayProblem: ReadonlySignal<boolean>;
  /** Asks for the PIN where the server does. */
  readonly pay: PinGate;
};

export const longestNote = 60;

export function transferForm(client: Client, conversation: Conversation): TransferForm {
  const amount = signal('');
  const note = signal('');
  const arrival = signal(Arrival.AFTER_2_H);
  const fen = computed(() => parseMoney(amount.value) ?? 0n);
  const problem = computed<FormProblem | undefined>(() => {
    // Read here, so that a limit that changes while somebody types is obeyed at once.
    const { transferMin, transferMax } = client.settings.value;
    if (fen.value === 0n) return { why: 'empty' };
    if (fen.value < transferMin) return { why: 'tooSmall', amount: transferMin };
    if (fen.value > transferMax) return { why: 'tooLarge', amount: transferMax };
    const balance = client.balance.value;
    if (balance !== undefined && fen.value > balance) return { why: 'funds', amount: fen.value - balance };
    if ([...note.value.trim()].length > longestNote) return { why: 'note' };
    return undefined;
  });

  const pay = pinGate(async (pin) => {
    const form = {
      conversation: conversation.id,
      receiver: conversation.peer,
      amount: fen.value,
      note: note.value.trim(),
      arrival: arrival.value,
    };
    await payOnce(client, 'transfer', form, (transfer) =>
      client.transfers.send({ ...transfer, ...(pin === undefined ? {} : { pin }) }),
    );
  });
  return {
    amount,
    note,
    arrival,
    fen,
    problem,
    sayProblem: computed(() => problem.value !== undefined && problem.value.why !== 'empty'),
    pay,
  };
}
