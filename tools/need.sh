#!/usr/bin/env bash
# Ends with one clear sentence when a program that building needs is missing or too old: need.sh cargo cc node npm
set -euo pipefail

fail() {
  printf 'laisee: %s\n' "$1" >&2
  exit 1
}

# Whether the first version number in $1 is at least $2.
at_least() {
  local found
  found=$(grep -oE '[0-9]+(\.[0-9]+)+' <<<"$1" | head -n 1)
  [ "$(printf '%s\n%s\n' "$2" "$found" | sort -V | head -n 1)" = "$2" ]
}

for program in "$@"; do
  case $program in
    cargo) remedy='install Rust 1.95 or newer from https://rustup.rs' ;;
    cc) remedy='install a C compiler (on Debian: apt-get install build-essential)' ;;
    *) remedy='install Node.js 20 or newer with npm from https://nodejs.org' ;;
  esac
  command -v "$program" >/dev/null || fail "this machine lacks $program; $remedy."
  case $program in
    cargo) at_least "$(rustc --version)" 1.95 || fail "$(rustc --version) is too old; $remedy." ;;
    node) at_least "$(node --version)" 20.0 || fail "Node.js $(node --version) is too old; $remedy." ;;
  esac
done
