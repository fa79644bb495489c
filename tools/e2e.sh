#!/usr/bin/env bash
# Browser journeys against the release binary.
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install-packages.sh chromium fonts-noto-cjk fonts-noto-color-emoji sqlite3
cd web
npm run e2e -w @laisee/e2e
