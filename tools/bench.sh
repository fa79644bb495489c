#!/usr/bin/env bash
# Measures every scenario beside its peers and keeps what came out in a dated folder, with what it was measured on. Runs
# in rounds, so that a noisy minute does not hit one scenario alone; the table has the medians. Failed runs are kept too.
#   bench.sh [rounds] [seconds for each row] [scenario ...]
# IN_FLIGHT measures the row with so many requests in flight alone (p1, p2): a long row uses up what the next would open.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-3}
seconds=${2:-10}
scenarios=("${@:3}")
[ ${#scenarios[@]} -gt 0 ] || scenarios=(p1 p2 p3 p5 p8)
row=(${IN_FLIGHT:+--in-flight "$IN_FLIGHT"})

tools/install-packages.sh postgresql redis-server

folder=bench/runs/$(date -u +%Y-%m-%dT%H%MZ)
mkdir -p "$folder"
{
  echo "command: ${IN_FLIGHT:+IN_FLIGHT=$IN_FLIGHT }tools/bench.sh $rounds $seconds ${scenarios[*]}"
  echo "commit: $(git rev-parse HEAD)$(git diff --quiet HEAD -- crates proto Cargo.toml Cargo.lock || echo ', with uncommitted changes')"
  echo "kernel: $(uname -sr)"
  lscpu | grep -E '^(Model name|CPU\(s\)|L3 cache|Hypervisor vendor)' | sed -E 's/: +/: /'
  grep MemTotal /proc/meminfo | sed -E 's/: +/: /'
  echo "file system: $(df --output=fstype . | tail -n 1)"
  echo "open files: $(ulimit -n)"
  rustc --version
  find /usr/lib/postgresql -name postgres -type f -exec {} --version \;
  redis-server --version
} >"$folder/about.txt"

failed=0
for round in $(seq "$rounds"); do
  for scenario in "${scenarios[@]}"; do
    tools/say.sh "$scenario, round $round of $rounds"
    kept=$folder/$scenario-$round
    if ! target/release/laisee bench "$scenario" --json --peers --seconds "$seconds" "${row[@]}" >"$kept.json" 2>"$kept.txt"; then
      mv "$kept.json" "$kept.failed"
      echo "failed; see $kept.txt"
      failed=1
    fi
  done
done
node tools/bench-table.mjs "$folder" | tee "$folder/table.md"
tools/say.sh "kept in $folder"
exit $failed
