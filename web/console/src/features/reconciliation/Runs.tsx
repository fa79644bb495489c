import { useSignal } from '@preact/signals';
import { runDay, runs } from '../../api/reconciliation';
import { ChangeDialog } from '../../change/ChangeDialog';
import { t } from '../../i18n/i18n';
import { count, lengthOfTime } from '../../i18n/times';
import { Table } from '../../list/Table';
import { api, mayI } from '../../session/session';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Empty, Page, Panel, Skeleton } from '../../ui/Page';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
import { Time } from '../../ui/Time';
import { useLoad } from '../../ui/useLoad';
import { ReconciliationTabs } from './ReconciliationTabs';
import styles from './reconciliation.module.css';

/** A comparison that is seconds behind is as it should be; a minute deserves a look. */
const slowMs = 60_000;

export function Runs() {
  const loaded = useLoad('runs', () => runs(api.value), 5000);
  const running = useSignal(false);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const day = useSignal(yesterday);
  const words = t.value.reconciliation;
  const found = loaded.value.value;
  return (
    <Page
      title={t.value.areas.reconciliation}
      note={words.runsNote}
      actions={
        mayI('reconcile') && (
          <Button icon="refresh" data-testid="run-day" onClick={() => (running.value = true)}>
            {words.run}
          </Button>
        )
      }
    >
      <ReconciliationTabs />
      <Problem of={loaded.problem.value} again={loaded.again} />
      {!found && loaded.problem.value === undefined && <Skeleton />}
      {found && (
        <>
          {found.failure !== '' && (
            <p class={styles.failure} role="alert">
              {words.failure} <small>{found.failure}</small>
            </p>
          )}
          <Panel title={words.continuous} flush>
            <Table
              label={words.continuous}
              rows={found.shards}
              id={({ shard }) => String(shard)}
              columns={[
                {
                  id: 'shard',
                  head: t.value.overview.shard,
                  cell: ({ shard }) => <b>{t.value.overview.shardName(shard)}</b>,
                },
                {
                  id: 'behind',
                  head: words.behind,
                  cell: ({ behindMs }) => (
                    <Tag tone={behindMs > slowMs ? 'warn' : 'good'}>
                      {behindMs > 0 ? lengthOfTime(behindMs) : words.upToDate}
                    </Tag>
                  ),
                },
                { id: 'compared', head: words.upTo, end: true, cell: ({ compared }) => count(compared) },
              ]}
            />
          </Panel>
          <Panel title={words.nextDay} flush>
            {found.runs.length === 0 ? (
              <Empty icon="reconciliation" title={words.noRuns} />
            ) : (
              <Table
                label={words.nextDay}
                rows={found.runs}
                id={({ day, at }) => `${day}-${at}`}
                columns={[
                  { id: 'day', head: words.day, cell: ({ day }) => <b>{day}</b> },
                  {
                    id: 'at',
                    head: words.ran,
                    cell: ({ at, waits, askedBy }) =>
                      waits ? <Tag tone="warn">{words.waits(askedBy)}</Tag> : <Time at={at} whole />,
                  },
                  { id: 'compared', head: words.compared, end: true, cell: ({ compared }) => count(compared) },
                  {
                    id: 'differences',
                    head: words.differences,
                    end: true,
                    cell: ({ differences }) => <Tag tone={differences > 0 ? 'bad' : 'good'}>{count(differences)}</Tag>,
                  },
                ]}
              />
            )}
          </Panel>
        </>
      )}
      {running.value && (
        <ChangeDialog
          title={words.run}
          what={words.runWhat}
          yes={words.run}
          done={words.runDone}
          ready={/^\d{4}-\d{2}-\d{2}$/.test(day.value)}
          change={(reason) => runDay(api.value, day.value, reason)}
          onDone={loaded.again}
          onClose={() => (running.value = false)}
        >
          <Field
            label={words.day}
            hint={words.dayHint}
            type="date"
            max={yesterday}
            value={day.value}
            onText={(text) => {
              day.value = text;
            }}
          />
        </ChangeDialog>
      )}
    </Page>
  );
}
