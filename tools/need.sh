#!/usr/bin/env bash
# Says in one sentence which programs this machine lacks.
missing=()
for program in "$@"; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if ((${#missing[@]})); then
  echo "laisee: this machine lacks ${missing[*]}; install Rust 1.95 or newer, Node.js 20 or newer and a C compiler first." >&2
  exit 1
fi
