#!/usr/bin/env bash
# Installs the web workspace's packages when its lock file changed, and builds the client when its sources did.
set -euo pipefail
cd "$(dirname "$0")/../web"
say=../tools/say.sh

stamp=node_modules/.installed
if ! cmp -s package-lock.json "$stamp"; then
  $say "installing web packages"
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$stamp"
fi

newest=$(find sdk app ../proto -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/src/gen/*' -newer app/dist/index.html 2>/dev/null | head -1 || true)
if [[ ! -f app/dist/index.html || -n "$newest" ]]; then
  $say "building the web client"
  npm run build --silent -w @laisee/sdk
  npm run build --silent -w @laisee/app
fi
