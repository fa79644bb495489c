import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { amountInput, parseMoney } from '../../money/money';
import { Button } from '../../ui/Button';
import { Sheet } from '../../ui/Sheet';
import styles from './FilterSheet.module.css';
import { type Group, groups, type Wanted } from './statementFilter';
import { walletWords } from './words';

type FilterProps = { wanted: Wanted; onWant: (wanted: Wanted) => void; onClose: () => void };

export function FilterSheet({ wanted, onWant, onClose }: FilterProps) {
  const draft = useSignal(wanted);
  const least = useSignal(typed(wanted.least));
  const most = useSignal(typed(wanted.most));
  const id = useId();
  const words = walletWords.value;
  const change = (part: Partial<Wanted>) => {
    draft.value = { ...draft.value, ...part };
  };
  const kinds: readonly [Group | undefined, string][] = [
    [undefined, words.all],
    ...(Object.keys(groups) as Group[]).map((one): [Group, string] => [one, words.groups[one]]),
  ];
  const directions: readonly ['in' | 'out' | undefined, string][] = [
    [undefined, words.all],
    ['in', words.directions.in],
    ['out', words.directions.out],
  ];
  return (
    <Sheet title={words.filterTitle} onClose={onClose} testId="filter-sheet">
      <form
        class={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onWant({ ...draft.value, least: amount(least.value), most: amount(most.value) });
          onClose();
        }}
      >
        <fieldset class={styles.choices}>
          <legend>{words.kind}</legend>
          {kinds.map(([one, title]) => (
            <label key={title}>
              <input
                type="radio"
                name={`${id}k`}
                checked={draft.value.group === one}
                onChange={() => change({ group: one })}
                data-testid={`filter-kind-${one ?? 'all'}`}
              />
              <span>{title}</span>
            </label>
          ))}
        </fieldset>
        <fieldset class={styles.choices}>
          <legend>{words.direction}</legend>
          {directions.map(([one, title]) => (
            <label key={title}>
              <input
                type="radio"
                name={`${id}d`}
                checked={draft.value.direction === one}
                onChange={() => change({ direction: one })}
                data-testid={`filter-direction-${one ?? 'all'}`}
              />
              <span>{title}</span>
            </label>
          ))}
        </fieldset>
        <div class={styles.pair}>
          <DayField
            label={words.from}
            value={draft.value.from}
            testId="filter-from"
            onDay={(from) => change({ from })}
          />
          <DayField label={words.to} value={draft.value.to} testId="filter-to" onDay={(to) => change({ to })} />
        </div>
        <div class={styles.pair}>
          <AmountField
            label={words.least}
            value={least.value}
            testId="filter-least"
            onText={(text) => {
              least.value = text;
            }}
          />
          <AmountField
            label={words.most}
            value={most.value}
            testId="filter-most"
            onText={(text) => {
              most.value = text;
            }}
          />
        </div>
        <div class={styles.deeds}>
          <Button
            onClick={() => {
              onWant({ search: wanted.search });
              onClose();
            }}
          >
            {words.clearFilter}
          </Button>
          <Button look="primary" type="submit" data-testid="filter-apply">
            {words.apply}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

const typed = (fen: bigint | undefined) =>
  fen === undefined ? '' : `${fen / 100n}.${(fen % 100n).toString().padStart(2, '0')}`;
const amount = (text: string) => parseMoney(text);

type DayProps = { label: string; value: string | undefined; testId: string; onDay: (day: string | undefined) => void };

function DayField({ label, value, testId, onDay }: DayProps) {
  const id = useId();
  return (
    <label class={styles.field} for={id}>
      <span>{label}</span>
      <input
        id={id}
        type="date"
        value={value ?? ''}
        data-testid={testId}
        onInput={(event) => onDay(event.currentTarget.value || undefined)}
      />
    </label>
  );
}

type AmountProps = { label: string; value: string; testId: string; onText: (text: string) => void };

function AmountField({ label, value, testId, onText }: AmountProps) {
  const id = useId();
  return (
    <label class={styles.field} for={id}>
      <span>{label}</span>
      <input
        id={id}
        inputMode="decimal"
        autoComplete="off"
        placeholder="0.00"
        value={value}
        data-testid={testId}
        onInput={(event) => {
          const clean = amountInput(event.currentTarget.value);
          event.currentTarget.value = clean;
          onText(clean);
        }}
      />
    </label>
  );
}
