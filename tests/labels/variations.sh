#!/usr/bin/env bash
# Variations of the labelled captures, which the shipped numbers are learned from beside them: the same people, with
# sizes, waits and what follows a write drawn anew for each device and platform. The same bytes that matter every time.
#   variations.sh SHARED OUT
set -euo pipefail
shared=$(realpath "$1") out=$(realpath -m "$2")
mkdir -p "$out"
cd "$shared/real"
for seed in 1 2 3 4; do
  for platform in x instagram facebook bluesky tiktok line; do
    AFTER=rand DROP=rand BEACON=0.$(printf %02d $((seed * 5))) python3 -B real_sessions.py random "$platform" "$out" "$seed" both \
      "$shared/lab/dev" "$shared/lab/dev2" >&2
  done
done
