#!/usr/bin/env bash
# Plays a mixed load against a server for a long time and keeps the report, with a plot of the server's memory, in a dated
# folder; afterwards the books are checked.
#   soak.sh [minutes] [actions per second]
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-30}
rate=${2:-3000}
folder=bench/runs/$(date -u +%Y-%m-%dT%H%MZ)-soak
place=$(mktemp -d -p . .soak-XXXXXX)
mkdir -p "$folder"

LAISEE_SET='gateway.password_cost=test gateway.sign_ins_per_min=0' \
  target/release/laisee serve --addr 127.0.0.1:0 --data "$place/data" >"$place/out" &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$place"' EXIT
until addr=$(sed -n 's/^listening on //p' "$place/out") && [ -n "$addr" ]; do sleep 0.1; done

{
  echo "command: tools/soak.sh $minutes $rate"
  echo "commit: $(git rev-parse HEAD)$(git diff --quiet HEAD -- crates proto Cargo.toml Cargo.lock || echo ', with uncommitted changes')"
  echo "kernel: $(uname -sr)"
  lscpu | grep -E '^(Model name|CPU\(s\)|L3 cache|Hypervisor vendor)' | sed -E 's/: +/: /'
  grep MemTotal /proc/meminfo | sed -E 's/: +/: /'
} >"$folder/about.txt"

failed=0
target/release/laisee storm --addr "$addr" --seed 1 --users 200 --rate "$rate" --duration $((minutes * 60)) --watch $server \
  --json "$folder/storm.json" --html "$folder/storm.html" 2>"$folder/storm.txt" | tee "$folder/summary.txt" || failed=1
kill $server
wait $server || true
target/release/laisee check --data "$place/data" | tee "$folder/check.txt" || failed=1
tools/say.sh "kept in $folder"
exit $failed
