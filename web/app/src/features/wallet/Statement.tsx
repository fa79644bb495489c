import { useSignal } from '@preact/signals';
import { useEffect, useId, useMemo } from 'preact/hooks';
import { useClient } from '../../client/context';
import { dayHeading } from '../../i18n/times';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Card, Empty, SkeletonRows } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { toast } from '../../ui/toast';
import { FilterSheet } from './FilterSheet';
import { MovementLine } from './MovementLine';
import styles from './Statement.module.css';
import { isEmpty, type Wanted, wantedWords } from './statementFilter';
import { statementModel } from './statementModel';
import { walletWords } from './words';

/** The lines of the wallet: searched, filtered, paged, and taken away as a file. */
export function Statement() {
  const client = useClient();
  const model = useMemo(() => statementModel(client), [client]);
  useEffect(() => {
    void model.older.run();
    return model.end;
  }, [model]);
  const filtering = useSignal(false);
  const id = useId();
  const words = walletWords.value;
  const wanted = model.wanted.value;
  const loaded = model.loaded.value;
  const chips = wantedWords(wanted);
  return (
    <section aria-labelledby={`${id}h`}>
      <div class={styles.head}>
        <h2 id={`${id}h`}>{words.statement}</h2>
        <IconButton
          icon="download"
          label={words.csv}
          data-testid="statement-csv"
          disabled={model.csv.busy.value}
          onClick={async () => {
            if (await model.csv.run()) toast(words.csvDone);
          }}
        />
      </div>
      <div class={styles.tools}>
        <label class={styles.search} for={`${id}s`}>
          <Icon name="search" size={18} />
          <span class="visually-hidden">{words.search}</span>
          <input
            id={`${id}s`}
            type="search"
            maxLength={100}
            placeholder={words.search}
            value={wanted.search}
            data-testid="statement-search"
            onInput={(event) => model.want({ ...wanted, search: event.currentTarget.value })}
          />
        </label>
        <Button
          small
          aria-pressed={chips.length > 0}
          data-testid="statement-filter"
          onClick={() => {
            filtering.value = true;
          }}
        >
          <Icon name="filter" size={18} />
          {words.filter}
        </Button>
      </div>
      {chips.length > 0 && (
        <ul class={styles.chips} data-testid="statement-chips">
          {chips.map(({ text, without }) => (
            <li key={text}>
              <button type="button" aria-label={words.dropFilter(text)} onClick={() => model.want(without)}>
                {text}
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <Problem of={model.csv.problem.value ?? model.older.problem.value} />
      {!loaded && model.older.problem.value === undefined && <SkeletonRows count={4} />}
      <p class="visually-hidden" role="status">
        {loaded && !isEmpty(wanted) ? words.found(model.count.value) : ''}
      </p>
      {loaded &&
        model.count.value === 0 &&
        !model.more.value &&
        (isEmpty(wanted) ? (
          <Empty icon="wallet" title={words.empty} hint={words.emptyHint} />
        ) : (
          <Empty icon="search" title={words.nothingFound} hint={words.nothingFoundHint}>
            <Button onClick={() => model.want({ search: '' })}>{words.clearFilter}</Button>
          </Empty>
        ))}
      {model.days.value.map((day) => (
        <Card key={day.key} title={dayHeading(day.key)}>
          {day.movements.map((one) => (
            <MovementLine key={one.number} movement={one} />
          ))}
        </Card>
      ))}
      {loaded && model.more.value && (
        <p class={styles.older}>
          <Button busy={model.older.busy.value} data-testid="statement-older" onClick={() => void model.older.run()}>
            {words.older}
          </Button>
        </p>
      )}
      {filtering.value && (
        <FilterSheet
          wanted={wanted}
          onWant={(next: Wanted) => model.want(next)}
          onClose={() => {
            filtering.value = false;
          }}
        />
      )}
    </section>
  );
}
