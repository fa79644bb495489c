import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { amountInput, parseMoney, plain } from '../../money/money';
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
          onWant({ ...draft.value, least: parseMoney(least.value), most: parseMoney(most.value) });
          onClose();
        }}
      >
        <Choices
          legend={words.kind}
          options={kinds}
          chosen={draft.value.group}
          testId="filter-kind"
          onChoose={(group) => change({ group })}
        />
        <Choices
          legend={words.direction}
          options={directions}
          chosen={draft.value.direction}
          testId="filter-direction"
          onChoose={(direction) => change({ direction })}
        />
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

const typed = (fen: bigint | undefined) => (fen === undefined ? '' : plain(fen));

type ChoicesProps<T> = {
  legend: string;
  options: readonly (readonly [T | undefined, string])[];
  chosen: T | undefined;
  testId: string;
  onChoose: (one: T | undefined) => void;
};

function Choices<T extends string>({ legend, options, chosen, testId, onChoose }: ChoicesProps<T>) {
  const name = useId();
  return (
    <fieldset class={styles.choices}>
      <legend>{legend}</legend>
      {options.map(([one, title]) => (
        <label key={title}>
          <input
            type="radio"
            name={name}
            checked={chosen === one}
            onChange={() => onChoose(one)}
            data-testid={`${testId}-${one ?? 'all'}`}
          />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  );
}

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
