#!/usr/bin/env bash
# The inner loop: under two minutes when warm.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/need.sh cargo node npm cc
cargo fmt --check
cargo clippy --locked --workspace --all-targets -- -D warnings
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --locked --workspace -E 'not binary(crash)'
else
  cargo test --locked --workspace --lib
fi
tools/web-build.sh
cd web
npm run lint --silent
npm test --silent --workspaces --if-present
