#!/usr/bin/env bash
# Installs the Debian packages named, those that are missing: install-packages.sh chromium redis-server
set -euo pipefail

missing=()
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
  printf 'Please install %s; this needs Debian and root to do it by itself.\n' "${missing[*]}" >&2
  exit 1
fi

"$(dirname "$0")/say.sh" "Packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# Tests and benches start servers of their own; the packages' need not run.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -q
apt-get install -q -y --no-install-recommends "${missing[@]}"
