#!/usr/bin/env bash
# A folder is a test: replays its captures with its configuration, twice, and compares the incidents
# with expected.json (one line an incident, its last revision), byte by byte.
#   run_case.sh BREAKWATCHD CASE_FOLDER [--accept]
set -euo pipefail
daemon=$1 case=$2
mapfile -t captures < "$case/captures"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$case"
for run in first second; do
  "$daemon" replay --config breakwatch.yaml --json "${captures[@]}" > "$work/$run.json"
done
cmp "$work/first.json" "$work/second.json" || { echo "two replays differ"; exit 1; }
[ "${3:-}" = --accept ] && cp "$work/first.json" expected.json
diff -u expected.json "$work/first.json" && echo "as expected: $(wc -l < expected.json) incident(s)"
