// Writes the medians of a folder of bench runs as Markdown tables: node tools/bench-table.mjs bench/runs/<folder>
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];

const median = (values) => {
  const known = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  const middle = Math.floor(known.length / 2);
  if (known.length === 0) return undefined;
  return known.length % 2 === 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
};

/** Three significant digits, with separators for thousands. */
const number = (value) =>
  value === undefined ? '' : value.toLocaleString('en', { maximumSignificantDigits: value >= 1000 ? 4 : 3 });

const scenarios = new Map();
for (const file of readdirSync(folder).sort()) {
  const name = /^(\w+)-\d+\.json$/.exec(file)?.[1];
  if (name) scenarios.set(name, [...(scenarios.get(name) ?? []), JSON.parse(readFileSync(join(folder, file), 'utf8'))]);
}

for (const [name, runs] of scenarios) {
  console.log(`### ${name}, median of ${runs.length}\n`);
  console.log('| | | per second | p50 ms | p99 ms | ours is | further |');
  console.log('|---|---|---:|---:|---:|---:|---|');
  for (const { at } of runs[0].rows) {
    const rows = runs.map((run) => run.rows.find((row) => row.at === at)).filter(Boolean);
    const line = (who, figures, ratio) => {
      const of = (key) => number(median(figures.map((one) => one?.[key])));
      const further = Object.keys(figures[0] ?? {})
        .filter((key) => !['per_s', 'p50_ms', 'p99_ms'].includes(key))
        .map((key) => `${key} ${of(key)}`);
      const cells = [who === 'Laisee' ? at : '', who, of('per_s'), of('p50_ms'), of('p99_ms'), ratio, further.join(', ')];
      console.log(`| ${cells.join(' | ')} |`);
    };
    line('Laisee', rows.map((row) => row.ours), '');
    for (const peer of Object.keys(rows[0].peers)) {
      const ratio = median(rows.map((row) => row.ratio[peer]));
      line(peer, rows.map((row) => row.peers[peer]), ratio === undefined ? '' : `${number(ratio)}x`);
    }
  }
  console.log();
}
