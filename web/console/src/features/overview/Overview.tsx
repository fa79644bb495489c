import { figures, type Sample } from '../../api/figures';
import { t } from '../../i18n/i18n';
import { clockTime, count } from '../../i18n/times';
import { Table } from '../../list/Table';
import { api } from '../../session/session';
import { Page, Panel, Skeleton } from '../../ui/Page';
import { Plot } from '../../ui/Plot';
import { Problem } from '../../ui/Problem';
import { Tag } from '../../ui/Tag';
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
        <Tile name={words.queued} value={latest ? count(latest.queued) : '—'} />
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
          format={whole}
          series={[
            line(words.courier, ({ courierWaiting }) => courierWaiting),
            line(words.views, ({ viewsWaiting }) => viewsWaiting),
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
            {
              id: 'state',
              head: words.state,
              cell: ({ ready }) => <Tag tone={ready ? 'good' : 'bad'}>{ready ? words.serves : words.servesNot}</Tag>,
            },
            { id: 'queued', head: words.queued, end: true, cell: ({ queued }) => count(queued) },
            { id: 'courier', head: words.courierWaiting, end: true, cell: (row) => count(row.courierWaiting) },
            { id: 'views', head: words.viewsWaiting, end: true, cell: (row) => count(row.viewsWaiting) },
            { id: 'facts', head: words.facts, end: true, cell: ({ facts }) => count(facts) },
            { id: 'append', head: words.perAppend, end: true, cell: (row) => row.perAppend.toFixed(1) },
            { id: 'starts', head: words.starts, end: true, cell: ({ starts }) => count(starts) },
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
