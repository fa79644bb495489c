#!/usr/bin/env bash
# Browser journeys against the release binary.
set -euo pipefail
cd "$(dirname "$0")/../web"
npm run e2e --silent -w @laisee/e2e
