#!/usr/bin/env bash
# Fuzzes every target for so many minutes. cargo-fuzz asks for nightly flags, which stable takes with RUSTC_BOOTSTRAP.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-1}
export RUSTC_BOOTSTRAP=1
cargo fuzz --version >/dev/null 2>&1 || cargo install --locked cargo-fuzz
for target in $(cargo fuzz list); do
  tools/say.sh "fuzzing $target for $minutes min"
  cargo fuzz run --sanitizer none "$target" -- -max_total_time=$((minutes * 60)) -rss_limit_mb=4096 -print_final_stats=1
done
