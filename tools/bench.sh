#!/usr/bin/env bash
# Runs every bench beside its peers and keeps what came out in a dated folder.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
tools/install.sh
folder=bench/runs/$(date -u +%Y-%m-%dT%H%MZ)
mkdir -p "$folder"
{
  echo "commit: $(git rev-parse HEAD)"
  echo "command: make bench SECONDS=$seconds"
  echo "kernel: $(uname -sr)"
  rustc --version
  ls /usr/lib/postgresql/*/bin/postgres 2>/dev/null | head -1 | xargs -r -I{} {} --version
  redis-server --version
} >"$folder/about.txt"
for scenario in p1 p2 p3 p5; do
  tools/say.sh "$scenario"
  target/release/laisee bench "$scenario" --json --peers --seconds "$seconds" >"$folder/$scenario.json" 2>"$folder/$scenario.log" \
    || echo "$scenario failed; see $folder/$scenario.log"
done
tools/say.sh "kept in $folder"
