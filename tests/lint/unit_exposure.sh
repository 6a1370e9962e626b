#!/usr/bin/env bash
# The service's sandbox leaves an exposure of 1.5 or less.
set -euo pipefail
command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze"; exit 77; }
systemd-analyze security --offline=true --threshold=15 --no-pager "$1/systemd/breakwatchd.service" | tail -1
systemd-analyze security --offline=true --threshold=15 --no-pager "$1/systemd/breakwatchd.service" >/dev/null
