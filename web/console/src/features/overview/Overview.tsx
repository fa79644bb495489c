import { money } from '@laisee/app/money';
import { figures, type Sample } from '../../api/figures';
import { t } from '../../i18n/i18n';
import { clockTime, count, lengthOfTime } from '../../i18n/times';
import { Table } from '../../list/Table';
import { api } from '../../session/session';
import { Page, Panel, Skeleton } from '../../ui/Page';
import { Plot } from '../../ui/Plot';
import { Problem } from '../../ui/Problem';
import { useLoad } from '../../ui/useLoad';
import styles from './Overview.module.css';

/** How often live figures are asked for, and how much of the past is shown. */
const everyMs = 2000;
const spanMs = 10 * 60_000;

const whole = (value: number) => count(Math.round(value));

export function Overview() {
  const loaded = useLoad('figures', () => figures(api.value), everyMs);
  const words = t.value.overview;
  const found = loaded.value.value;
  const problem = loaded.problem.value;
  if (!found)
    return (
      <Page title={t.value.areas.overview}>
        {problem === undefined ? <Skeleton /> : <Problem of={problem} again={loaded.again} />}
      </Page>
    );
  const latest = found.samples.at(-1);
  const line = (name: string, value: (sample: Sample) => number) => ({
    name,
    points: found.samples.map((sample) => ({ at: sample.at, value: value(sample) })),
  });
  const plot = { span: spanMs, now: found.now };
  return (
    <Page title={t.value.areas.overview} note={words.asOf(clockTime(found.now))}>
      {problem !== undefined && <Problem of={problem} />}
      <ul class={styles.tiles}>
        <Tile name={words.connections} value={latest ? count(latest.connections) : '—'} />
        <Tile name={words.requests} value={latest ? whole(latest.requestsPerS) : '—'} unit={words.perSecond} />
        <Tile name={words.opens} value={latest ? whole(latest.opensPerS) : '—'} unit={words.perSecond} />
        <Tile name={words.inTransit} value={latest ? money(latest.inTransit) : '—'} />
      </ul>
      <div class={styles.plots}>
        <Plot
          {...plot}
          title={words.requests}
          unit={words.perSecond}
          format={whole}
          series={[line(words.requests, ({ requestsPerS }) => requestsPerS)]}
        />
        <Plot
          {...plot}
          title={words.opens}
          unit={words.perSecond}
          format={whole}
          series={[line(words.opens, ({ opensPerS }) => opensPerS)]}
        />
        <Plot
          {...plot}
          title={words.connections}
          unit={words.open}
          format={whole}
          series={[line(words.connections, ({ connections }) => connections)]}
        />
        <Plot
          {...plot}
          title={words.behind}
          unit={words.behindUnit}
          format={(value) => lengthOfTime(value)}
          series={[
            line(words.courierLag, ({ courierLagMs }) => courierLagMs),
            line(words.viewLag, ({ viewLagMs }) => viewLagMs),
          ]}
        />
      </div>
      <Panel title={words.shards} note={words.shardsNote} flush>
        <Table
          label={words.shards}
          id={({ shard }) => String(shard)}
          rows={found.shards}
          columns={[
            { id: 'shard', head: words.shard, cell: ({ shard }) => <b>{words.shardName(shard)}</b> },
            { id: 'queued', head: words.queued, end: true, cell: ({ queued }) => count(queued) },
            { id: 'courier', head: words.courierLag, end: true, cell: (row) => lengthOfTime(row.courierLagMs) },
            { id: 'view', head: words.viewLag, end: true, cell: (row) => lengthOfTime(row.viewLagMs) },
            { id: 'transit', head: words.inTransit, end: true, cell: (row) => money(row.inTransit) },
          ]}
        />
      </Panel>
    </Page>
  );
}

function Tile({ name, value, unit }: { name: string; value: string; unit?: string }) {
  return (
    <li class={styles.tile} data-testid="tile">
      <span>{name}</span>
      <b>
        {value}
        {unit && <small>{unit}</small>}
      </b>
    </li>
  );
}
