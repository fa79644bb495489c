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

# Written when a build has succeeded: one that failed half-way leaves files behind, too.
built=node_modules/.built
changed() {
  find sdk app console scripts package.json tsconfig.base.json ../proto -type f -newer "$built" \
    -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/src/gen/*' -print -quit
}
if [ ! -f "$built" ] || [ ! -f app/dist/index.html ] || [ ! -f console/dist/index.html ] || [ -n "$(changed)" ]; then
  $say "building the web client and the console"
  # Bears the time when the build began, so that what changes meanwhile is built the next time.
  touch "$built.begun"
  npm run build
  mv "$built.begun" "$built"
fi
