#!/usr/bin/env bash
# Fuzzes every target for so many minutes: fuzz.sh 10. What a target trips over stays in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-1}

tools/need.sh cargo cc
# cargo-fuzz asks for flags of the nightly compiler, which the stable one takes with this.
export RUSTC_BOOTSTRAP=1
if ! cargo fuzz --version >/dev/null 2>&1; then
  tools/say.sh "installing cargo-fuzz"
  env -u CARGO_TARGET_DIR -u RUSTC_BOOTSTRAP cargo install --locked cargo-fuzz
fi
# The fuzz targets are a workspace of their own, built with other flags.
export CARGO_TARGET_DIR=$PWD/fuzz/target
for target in $(cargo fuzz list); do
  tools/say.sh "fuzzing $target for $minutes min"
  mkdir -p "fuzz/corpus/$target"
  # There is no unsafe code of ours to watch, and without a sanitizer it is many times faster.
  cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
    -max_total_time=$((minutes * 60)) -max_len=4096 -rss_limit_mb=4096 -print_final_stats=1
done
