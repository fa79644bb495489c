import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Client } from '../../client/client';
import { isGroup } from '../../client/names';
import { type Conversation, PacketKind } from '../../client/wire';
import { parseMoney } from '../../money/money';
import { payOnce } from '../../money/payOnce';
import { type PinGate, pinGate } from '../pin';

export type FormKind = 'lucky' | 'equal' | 'named';

/** Why the form cannot be sent yet, with what the words need. */
export type FormProblem =
  | { why: 'empty' | 'noCount' | 'recipient' | 'greeting' }
  | { why: 'tooSmall' | 'tooLarge' | 'funds'; amount: bigint }
  | { why: 'tooMany'; count: number };

export type SendForm = {
  readonly group: boolean;
  /** How many could open it here. */
  readonly people: number;
  readonly kind: Signal<FormKind>;
  /** What was typed: the whole for lucky and named, each share for equal. */
  readonly amount: Signal<string>;
  readonly count: Signal<string>;
  readonly recipient: Signal<string>;
  readonly greeting: Signal<string>;
  readonly total: ReadonlySignal<bigint>;
  readonly problem: ReadonlySignal<FormProblem | undefined>;
  /** Whether the problem is worth words already: not while a field is still untouched. */
  readonly sayProblem: ReadonlySignal<boolean>;
  /** Pays, and asks for the PIN where the server wants it. */
  readonly pay: PinGate;
};

export const longestGreeting = 60;

export function sendForm(client: Client, conversation: Conversation): SendForm {
  const group = isGroup(conversation);
  const settings = client.settings;
  const people = group ? Math.max(1, conversation.memberCount) : 1;
  // Read where it is used: limits change while somebody types.
  const most = computed(() => Math.min(settings.value.packetCountMax, people));

  const kind = signal<FormKind>(group ? 'lucky' : 'named');
  const amount = signal('');
  const count = signal(group && people <= 8 ? String(most.value) : group ? '' : '1');
  const recipient = signal(group ? '' : conversation.peer);
  const greeting = signal('');

  const shares = computed(() => (kind.value === 'named' ? 1 : Number.parseInt(count.value, 10) || 0));
  const typed = computed(() => parseMoney(amount.value) ?? 0n);
  const total = computed(() => (kind.value === 'equal' ? typed.value * BigInt(shares.value) : typed.value));

  const problem = computed<FormProblem | undefined>(() => {
    const { packetShareMin: least, packetShareMax: largest } = settings.value;
    if (kind.value === 'named' && !recipient.value) return { why: 'recipient' };
    if (shares.value === 0) return { why: 'noCount' };
    if (shares.value > most.value) return { why: 'tooMany', count: most.value };
    if (typed.value === 0n) return { why: 'empty' };
    const n = BigInt(shares.value);
    if (total.value < least * n) return { why: 'tooSmall', amount: least };
    if (total.value > largest * n) return { why: 'tooLarge', amount: largest };
    const balance = client.balance.value;
    if (balance !== undefined && total.value > balance) return { why: 'funds', amount: total.value - balance };
    if ([...greeting.value.trim()].length > longestGreeting) return { why: 'greeting' };
    return undefined;
  });

  const sayProblem = computed(() => {
    const why = problem.value?.why;
    return why !== undefined && why !== 'empty' && why !== 'recipient' && (why !== 'noCount' || amount.value !== '');
  });

  const pay = pinGate(async (pin) => {
    const form = {
      conversation: conversation.id,
      kind: { lucky: PacketKind.LUCKY, equal: PacketKind.EQUAL, named: PacketKind.NAMED }[kind.value],
      amount: total.value,
      count: shares.value,
      recipient: kind.value === 'named' && group ? recipient.value : '0',
      greeting: greeting.value.trim(),
    };
    await payOnce(client, 'packet', form, (packet) =>
      client.sendPacket({ ...packet, ...(pin === undefined ? {} : { pin }) }),
    );
  });

  return { group, people, kind, amount, count, recipient, greeting, total, problem, sayProblem, pay };
}
