#!/usr/bin/env bash
# The tests of the workspace except the crash test, which wants the release binary. Uses nextest where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --workspace -E 'not binary(crash)' "$@"
  # nextest does not run the examples in documentation.
  cargo test --workspace --doc --quiet "$@"
else
  cargo test --workspace "$@" -- --skip killed
fi
