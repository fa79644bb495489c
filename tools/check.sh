#!/usr/bin/env bash
# The inner loop: what a change should pass before it is committed. Under two minutes when warm.
set -euo pipefail
cd "$(dirname "$0")/.."
say=tools/say.sh
tools/need.sh cargo cc node npm

$say "formatting"
cargo fmt --all --check
tools/web-build.sh
$say "web: lints, types, unit tests"
(cd web && npm run check && npm test)
$say "lints"
cargo clippy --workspace --all-targets -- -D warnings
$say "tests"
tools/rust-tests.sh
$say "in order"
