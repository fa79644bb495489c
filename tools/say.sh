#!/usr/bin/env bash
# Prints a heading, so that long steps show where they are.
printf '\n=== %s (%s)\n' "$*" "$(date +%H:%M:%S)"
