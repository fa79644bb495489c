import { useEffect, useId, useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { titleOf } from '../../client/names';
import { Arrival, type Conversation } from '../../client/wire';
import { lengthOfTime, momentHeading } from '../../i18n/times';
import { money } from '../../money/money';
import { BigAmount } from '../../ui/BigAmount';
import { Button } from '../../ui/Button';
import { orToast } from '../../ui/orToast';
import { Problem } from '../../ui/Problem';
import { Sheet } from '../../ui/Sheet';
import { toast } from '../../ui/toast';
import { useShut } from '../../ui/useShut';
import { PinGateSheet } from '../pin';
import styles from './SendTransferSheet.module.css';
import { type FormProblem, longestNote, transferForm } from './transferForm';
import { transferWords } from './words';

function problemWords(problem: FormProblem): string {
  const words = transferWords.value.problems;
  return 'amount' in problem ? words[problem.why](money(problem.amount)) : words[problem.why];
}

export function SendTransferSheet({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const client = useClient();
  const form = useMemo(() => transferForm(client, conversation), [client, conversation.id]);
  const id = useId();
  const shut = useShut(onClose);
  useEffect(() => {
    void orToast(client.loadBalance());
  }, [client]);

  const words = transferWords.value;
  const name = titleOf(client, conversation);
  const settings = client.settings.value;
  const waits: Record<Arrival, number> = {
    [Arrival.AT_ONCE]: 0,
    [Arrival.AFTER_2_H]: Number(settings.transferShortMs),
    [Arrival.AFTER_24_H]: Number(settings.transferLongMs),
  };
  const choices: [Arrival, string, string][] = [
    [Arrival.AT_ONCE, words.arrivals.atOnce, 'at-once'],
    [Arrival.AFTER_2_H, words.arrivals.short(lengthOfTime(waits[Arrival.AFTER_2_H])), 'short'],
    [Arrival.AFTER_24_H, words.arrivals.long(lengthOfTime(waits[Arrival.AFTER_24_H])), 'long'],
  ];
  const arrival = form.arrival.value;
  const problem = form.problem.value;
  const line = problem && form.sayProblem.value ? problemWords(problem) : '';
  const done = () => {
    shut();
    toast(words.sent);
  };
  return (
    <Sheet title={words.send} onClose={onClose} testId="send-transfer-sheet">
      <form
        class={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (!problem && (await form.pay.start())) done();
        }}
      >
        <BigAmount
          label={words.amount}
          above={words.to(name)}
          typed={form.amount}
          problem={line}
          hint={client.balance.value === undefined ? undefined : words.balance(money(client.balance.value))}
          testId="transfer-amount"
          noteTestId="transfer-problem"
        />
        <input
          class={styles.note}
          maxLength={longestNote}
          placeholder={words.notePlaceholder}
          aria-label={words.note}
          value={form.note.value}
          data-testid="transfer-note"
          onInput={(event) => {
            form.note.value = event.currentTarget.value;
          }}
        />
        <fieldset class={styles.choices}>
          <legend>{words.arrival}</legend>
          <div>
            {choices.map(([one, title, testId]) => (
              <label key={one}>
                <input
                  type="radio"
                  name={`${id}w`}
                  checked={arrival === one}
                  onChange={() => {
                    form.arrival.value = one;
                  }}
                  data-testid={`transfer-arrival-${testId}`}
                />
                <span>{title}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <p class={styles.explain}>
          {arrival === Arrival.AT_ONCE
            ? words.arrivalHints.atOnce
            : words.arrivalHints.later(momentHeading(Date.now() + waits[arrival]))}
        </p>
        <Problem of={form.pay.problem.value} />
        <Button
          look="primary"
          type="submit"
          wide
          busy={form.pay.busy.value && !form.pay.asking.value}
          disabled={problem !== undefined}
          data-testid="transfer-submit"
        >
          {form.fen.value > 0n ? words.submit(money(form.fen.value)) : words.submitEmpty}
        </Button>
        <p class={styles.hint}>{words.expiryHint(lengthOfTime(Number(settings.transferAcceptMs)))}</p>
      </form>
      <PinGateSheet gate={form.pay} what={words.what(money(form.fen.value), name)} onDone={done} />
    </Sheet>
  );
}
