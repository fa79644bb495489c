#!/usr/bin/env bash
# Whether the benches still run: a second of p1 beside its peers, and p3 beside the echo. Says nothing about speed.
set -euo pipefail
cd "$(dirname "$0")/.."

for scenario in p1 p3; do
  target/release/laisee bench "$scenario" --seconds 1 --peers --json |
    node -e 'const {scenario, rows} = JSON.parse(require("fs").readFileSync(0));
      const peers = rows.flatMap((row) => Object.keys(row.peers));
      if (rows.length === 0 || peers.length === 0) throw new Error(`${scenario}: no rows or no peers`);
      console.log(`${scenario}: ${rows.length} rows, beside ${[...new Set(peers)].join("; ")}`);'
done
