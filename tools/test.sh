#!/usr/bin/env bash
# Every test there is, from a fresh clone. Takes no questions.
set -euo pipefail
cd "$(dirname "$0")/.."
say=tools/say.sh
tools/need.sh cargo node npm cc
tools/install.sh

$say "formatting"
cargo fmt --check

tools/web-build.sh
$say "web: lint and unit tests"
(cd web && npm run lint --silent && npm test --silent --workspaces --if-present)

$say "building the server"
cargo build --release --locked -p laisee -p laisee-sim
$say "lints"
cargo clippy --release --locked --workspace --all-targets -- -D warnings
$say "tests, and killing the server fifty times"
# Release, so that what the server was built from is used again.
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --release --locked --workspace --no-fail-fast
else
  cargo test --release --locked --workspace
fi
$say "simulating 500 worlds"
target/release/laisee-sim --seeds 500 --first 1
$say "browser journeys"
tools/e2e.sh
$say "all passed"
