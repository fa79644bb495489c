#!/usr/bin/env bash
# Installs what the web client is built with, when the lock file asks for something else than is there.
set -euo pipefail
cd "$(dirname "$0")/../web"

installed=node_modules/.laisee-installed
if cmp -s package-lock.json "$installed"; then
  exit 0
fi
../tools/say.sh 'Packages of the web client'
npm ci --no-audit --no-fund
cp package-lock.json "$installed"
