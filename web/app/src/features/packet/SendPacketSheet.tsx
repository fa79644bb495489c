import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useId, useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import type { Conversation, Member } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { lengthOfTime } from '../../i18n/times';
import { figures, money } from '../../money/money';
import { Avatar } from '../../ui/Avatar';
import { BigAmount } from '../../ui/BigAmount';
import { Button } from '../../ui/Button';
import { orToast } from '../../ui/orToast';
import { Problem } from '../../ui/Problem';
import { Sheet } from '../../ui/Sheet';
import { toast } from '../../ui/toast';
import { useShut } from '../../ui/useShut';
import { PinGateSheet } from '../pin';
import { SuspensionBanner } from '../risk';
import styles from './SendPacketSheet.module.css';
import { type FormKind, type FormProblem, longestGreeting, sendForm } from './sendForm';
import { packetWords } from './words';

function problemWords(problem: FormProblem): string {
  const words = packetWords.value.problems;
  switch (problem.why) {
    case 'tooSmall':
      return words.tooSmall(money(problem.amount));
    case 'tooLarge':
      return words.tooLarge(money(problem.amount));
    case 'funds':
      return words.funds(money(problem.amount));
    case 'tooMany':
      return words.tooMany(problem.count);
    default:
      return words[problem.why];
  }
}

const kinds: readonly FormKind[] = ['lucky', 'equal', 'named'];

export function SendPacketSheet({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const client = useClient();
  const form = useMemo(() => sendForm(client, conversation), [client, conversation.id]);
  const id = useId();
  useEffect(() => {
    void orToast(client.loadBalance());
  }, [client]);

  const words = packetWords.value;
  const kind = form.kind.value;
  const problem = form.problem.value;
  const line = useComputed(() => {
    const found = form.problem.value;
    return found && form.sayProblem.value ? problemWords(found) : '';
  });

  const shut = useShut(onClose);
  const done = () => {
    shut();
    toast(words.sent);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!form.problem.value && (await form.pay.start())) done();
  };

  return (
    <Sheet title={words.send} onClose={onClose} testId="send-packet-sheet">
      <SuspensionBanner />
      <form class={styles.form} onSubmit={(event) => void submit(event)}>
        <BigAmount
          label={kind === 'equal' ? words.each : words.amount}
          above={kind === 'equal' ? words.each : words.amount}
          typed={form.amount}
          problem={line.value}
          hint={client.balance.value === undefined ? undefined : words.balance(money(client.balance.value))}
          testId="packet-amount"
          noteTestId="packet-problem"
        />
        {form.group && (
          <>
            <fieldset class={styles.kinds}>
              <legend class="visually-hidden">{words.kind}</legend>
              {kinds.map((one) => (
                <label key={one} class={styles.kind}>
                  <input
                    type="radio"
                    name={`${id}k`}
                    checked={kind === one}
                    onChange={() => {
                      form.kind.value = one;
                    }}
                    data-testid={`packet-kind-${one}`}
                  />
                  <span>{t.value.packet.kinds[one]}</span>
                </label>
              ))}
            </fieldset>
            <p class={styles.kindHint}>{words.kindHints[kind]}</p>
            {kind === 'named' ? (
              <Recipients conversation={conversation} form={form} />
            ) : (
              <label class={styles.row} for={`${id}c`}>
                <span>{words.count}</span>
                <input
                  id={`${id}c`}
                  inputMode="numeric"
                  autoComplete="off"
                  placeholder={words.countHint(form.people)}
                  value={form.count.value}
                  data-testid="packet-count"
                  onInput={(event) => {
                    const clean = event.currentTarget.value.replace(/\D/g, '').replace(/^0+/, '').slice(0, 3);
                    event.currentTarget.value = clean;
                    form.count.value = clean;
                  }}
                />
              </label>
            )}
          </>
        )}
        <label class={styles.row} for={`${id}g`}>
          <span class="visually-hidden">{words.greeting}</span>
          <input
            id={`${id}g`}
            class={styles.greeting}
            maxLength={longestGreeting}
            placeholder={t.value.packet.defaultGreeting}
            value={form.greeting.value}
            data-testid="packet-greeting"
            onInput={(event) => {
              form.greeting.value = event.currentTarget.value;
            }}
          />
        </label>

        <p class={styles.total}>
          <span>{words.total}</span>
          <output data-testid="packet-total">
            <small>¥</small>
            {figures(form.total.value)}
          </output>
        </p>
        <Problem of={form.pay.problem.value} />
        <Button
          look="primary"
          type="submit"
          wide
          busy={form.pay.busy.value && !form.pay.asking.value}
          disabled={problem !== undefined || client.suspended.value.suspension !== undefined}
          data-testid="packet-submit"
        >
          {words.submit}
        </Button>
        <p class={styles.hint}>{words.refundHint(lengthOfTime(Number(client.settings.value.packetLifeMs)))}</p>
      </form>
      <PinGateSheet gate={form.pay} what={words.what(money(form.total.value))} onDone={done} />
    </Sheet>
  );
}

function Recipients({ conversation, form }: { conversation: Conversation; form: ReturnType<typeof sendForm> }) {
  const client = useClient();
  const members = useSignal<Member[] | undefined>(undefined);
  useEffect(() => {
    void orToast(
      client.members(conversation.id).then((all) => {
        members.value = all.filter((one) => one.user?.id !== client.me.value.id);
      }),
    );
  }, [client, conversation.id]);
  return (
    <fieldset class={styles.people} aria-busy={members.value === undefined}>
      <legend class={styles.peopleTitle}>{packetWords.value.recipient}</legend>
      {members.value?.map(({ user }) =>
        user ? (
          <label key={user.id} class={styles.person}>
            <input
              type="radio"
              name="recipient"
              checked={form.recipient.value === user.id}
              onChange={() => {
                form.recipient.value = user.id;
              }}
            />
            <Avatar face={user.face} name={user.displayName} size={44} />
            <span>{user.displayName}</span>
          </label>
        ) : null,
      )}
    </fieldset>
  );
}
