import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Client } from '../../client/client';
import type { Movement } from '../../client/wire';
import { dayKey } from '../../i18n/times';
import { parseMoney } from '../../money/money';
import { type Action, action } from '../../ui/action';

export type Day = { key: number; movements: readonly Movement[] };

/** Newest first, a group for each day. */
export function byDay(movements: readonly Movement[]): Day[] {
  const days: { key: number; movements: Movement[] }[] = [];
  for (const movement of movements) {
    const key = dayKey(Number(movement.atMs));
    const last = days.at(-1);
    if (last && last.key === key) last.movements.push(movement);
    else days.push({ key, movements: [movement] });
  }
  return days;
}

export type WalletModel = {
  readonly days: ReadonlySignal<readonly Day[]>;
  readonly loaded: ReadonlySignal<boolean>;
  readonly more: ReadonlySignal<boolean>;
  readonly older: Action<[]>;
};

export function walletModel(client: Client): WalletModel {
  const pulled = signal<readonly Movement[]>([]);
  const loaded = signal(false);
  const more = signal(true);
  // What was pushed since and what was pulled, each line once.
  const all = computed(() => {
    const seen = new Map<string, Movement>();
    for (const one of [...client.movements.value, ...pulled.value]) seen.set(one.number, one);
    return [...seen.values()].sort((a, b) => (BigInt(b.number) > BigInt(a.number) ? 1 : -1));
  });
  const older = action(async () => {
    const page = await client.statement(pulled.value.at(-1)?.number ?? '0');
    pulled.value = [...pulled.value, ...page.movements];
    more.value = page.more;
    loaded.value = true;
  });
  return { days: computed(() => byDay(all.value)), loaded, more, older };
}

export const mostTopUp = 1_000_000n;

export type TopUpForm = {
  readonly typed: ReadonlySignal<string>;
  readonly amount: ReadonlySignal<bigint>;
  readonly tooMuch: ReadonlySignal<boolean>;
  readonly submit: Action<[]>;
  type: (text: string) => void;
};

export function topUpForm(client: Client): TopUpForm {
  const typed = signal('');
  const amount = computed(() => parseMoney(typed.value) ?? 0n);
  const tooMuch = computed(() => amount.value > mostTopUp);
  let intent = { amount: 0n, id: '' };
  return {
    typed,
    amount,
    tooMuch,
    type: (text) => {
      typed.value = text;
    },
    submit: action(async () => {
      if (intent.amount !== amount.value) intent = { amount: amount.value, id: client.newId() };
      await client.topUp(intent.id, intent.amount);
    }),
  };
}
