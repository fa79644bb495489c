#!/usr/bin/env bash
# The crash test, on the server as it is released.
set -euo pipefail
cd "$(dirname "$0")/.."

if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --cargo-profile release --locked -p laisee --test crash --no-capture
else
  cargo test --release --locked -p laisee --test crash -- --nocapture
fi
