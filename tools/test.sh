#!/usr/bin/env bash
# Every test there is, from a fresh clone. Takes no questions and stops at the first step that fails.
set -euo pipefail
cd "$(dirname "$0")/.."
say=tools/say.sh
tools/need.sh cargo cc node npm
tools/install-packages.sh chromium fonts-noto-cjk postgresql redis-server

$say "formatting"
cargo fmt --all --check
tools/web-build.sh
$say "web: lints, types, unit tests"
(cd web && npm run check && npm test)
$say "lints"
cargo clippy --locked --workspace --all-targets -- -D warnings
# Unit and integration tests run with assertions and overflow checks, which a release has not.
$say "tests"
tools/rust-tests.sh --locked
# One build gives all that follows.
$say "building the server and the simulator"
cargo build --release --locked -p laisee -p laisee-sim
$say "simulating 500 worlds"
target/release/laisee-sim --seeds 500 --first 1
$say "killing the server fifty times under a storm"
tools/crash.sh
$say "benches: a second each"
tools/bench-smoke.sh
$say "browser journeys"
tools/e2e.sh
$say "all passed"
