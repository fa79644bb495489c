import { useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { money } from '../../money/money';
import { BigAmount } from '../../ui/BigAmount';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Problem } from '../../ui/Problem';
import { Sheet } from '../../ui/Sheet';
import { toast } from '../../ui/toast';
import { useShut } from '../../ui/useShut';
import { PinGateSheet } from '../pin';
import styles from './AmountSheet.module.css';
import { longestDestination, withdrawForm } from './amountForm';
import { amountProblemWords, walletWords } from './words';

export function WithdrawSheet({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const form = useMemo(() => withdrawForm(client), [client]);
  const words = walletWords.value;
  const problem = form.problem.value;
  // A field that is still empty is no mistake yet.
  const say = problem && problem.why !== 'destination' ? amountProblemWords(problem) : '';
  const balance = client.balance.value;
  const left = form.limit.value?.left;
  const hints = [
    balance !== undefined && words.inWallet(money(balance)),
    left !== undefined && words.leftToday(money(left)),
  ];
  const shut = useShut(onClose);
  const done = () => {
    shut();
    toast(form.outcome.value === 'done' ? words.withdrawDone : words.withdrawOrdered);
  };
  return (
    <Sheet title={words.withdraw} onClose={onClose} testId="withdraw-sheet">
      <form
        class={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (!problem && (await form.pay.start())) done();
        }}
      >
        <BigAmount
          label={words.amount}
          typed={form.typed}
          problem={say}
          hint={hints.filter(Boolean).join(' · ')}
          testId="withdraw-amount"
          noteTestId="withdraw-note"
        />
        <Field
          label={words.destination}
          hint={words.destinationHint}
          maxLength={longestDestination}
          autoComplete="off"
          value={form.destination.value}
          data-testid="withdraw-destination"
          onText={(text) => {
            form.destination.value = text;
          }}
        />
        <Problem of={form.pay.problem.value} />
        <Button
          look="primary"
          type="submit"
          wide
          busy={form.pay.busy.value && !form.pay.asking.value}
          disabled={form.amount.value === 0n || problem !== undefined}
          data-testid="withdraw-submit"
        >
          {words.withdraw}
        </Button>
        <p class={styles.hint}>{words.withdrawHint}</p>
      </form>
      <PinGateSheet gate={form.pay} what={words.withdrawWhat(money(form.amount.value))} onDone={done} />
    </Sheet>
  );
}
