#!/usr/bin/env bash
# Installs what tests and benches need from Debian, where it is missing.
set -euo pipefail
say="$(dirname "$0")/say.sh"
wanted=()
command -v chromium >/dev/null || wanted+=(chromium)
command -v redis-server >/dev/null || wanted+=(redis-server)
[[ -n "$(ls /usr/lib/postgresql/*/bin/pgbench 2>/dev/null || command -v pgbench || true)" && -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null || true)" ]] || wanted+=(postgresql)
fc-list 2>/dev/null | grep -qi 'noto.*cjk' || wanted+=(fonts-noto-cjk fontconfig)
if ((${#wanted[@]})); then
  if [[ $(id -u) != 0 ]]; then
    echo "laisee: tests need ${wanted[*]}; run 'apt-get install ${wanted[*]}' as root first." >&2
    exit 1
  fi
  $say "installing ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # Packages must not start services of their own: tests start what they need.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d.laisee
  chmod +x /usr/sbin/policy-rc.d.laisee
  [[ -e /usr/sbin/policy-rc.d ]] || mv /usr/sbin/policy-rc.d.laisee /usr/sbin/policy-rc.d
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
  rm -f /usr/sbin/policy-rc.d.laisee
fi
