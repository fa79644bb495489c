#!/usr/bin/env bash
# Installs the web workspace's packages when its lock file changed, and builds the client when its sources did.
#   web-build.sh [--install-only]
set -euo pipefail
cd "$(dirname "$0")/../web"
say=../tools/say.sh

stamp=node_modules/.installed
if ! cmp -s package-lock.json "$stamp"; then
  $say "installing web packages"
  npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$stamp"
  rm -rf app/dist
fi
[ "${1:-}" != --install-only ] || exit 0

built=app/dist/index.html
changed() {
  find sdk app package.json tsconfig.base.json ../proto -type f -newer "$built" \
    -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/src/gen/*' -print -quit
}
if [ ! -f "$built" ] || [ -n "$(changed)" ]; then
  $say "building the web client"
  npm run build
fi
