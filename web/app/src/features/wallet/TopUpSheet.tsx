import { useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { money } from '../../money/money';
import { BigAmount } from '../../ui/BigAmount';
import { Button } from '../../ui/Button';
import { Problem } from '../../ui/Problem';
import { Sheet } from '../../ui/Sheet';
import { toast } from '../../ui/toast';
import { useShut } from '../../ui/useShut';
import styles from './AmountSheet.module.css';
import { topUpForm } from './amountForm';
import { amountProblemWords, walletWords } from './words';

const offers = [10_000n, 20_000n, 50_000n, 100_000n];

export function TopUpSheet({ onClose }: { onClose: () => void }) {
  const client = useClient();
  const form = useMemo(() => topUpForm(client), [client]);
  const shut = useShut(onClose);
  const words = walletWords.value;
  const problem = form.problem.value;
  const left = form.limit.value?.left;
  return (
    <Sheet title={words.topUp} onClose={onClose} testId="top-up-sheet">
      <form
        class={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          const amount = money(form.amount.value);
          if (await form.submit.run()) {
            shut();
            toast(form.outcome.value === 'done' ? words.topUpDone(amount) : words.topUpOrdered);
          }
        }}
      >
        <BigAmount
          label={words.amount}
          typed={form.typed}
          problem={problem ? amountProblemWords(problem) : ''}
          hint={left === undefined ? undefined : words.leftToday(money(left))}
          testId="top-up-amount"
          noteTestId="top-up-note"
        />
        <div class={styles.offers}>
          {offers.map((offer) => (
            <Button
              key={offer.toString()}
              small
              onClick={() => {
                form.typed.value = (offer / 100n).toString();
              }}
            >
              {money(offer).replace('.00', '')}
            </Button>
          ))}
        </div>
        <Problem of={form.submit.problem.value} />
        <Button
          look="primary"
          type="submit"
          wide
          busy={form.submit.busy.value}
          disabled={form.amount.value === 0n || problem !== undefined}
          data-testid="top-up-submit"
        >
          {words.topUp}
        </Button>
      </form>
    </Sheet>
  );
}
