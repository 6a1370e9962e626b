#!/usr/bin/env bash
# A folder is a test: replays its captures with its configuration, twice, and compares the incidents
# with expected.json (one line an incident, its last revision), byte by byte.
#   run_case.sh BREAKWATCHD CASE_FOLDER [--accept]
# A line of `captures` is a file, or "FILE +SECONDS": the same file so much later.
set -euo pipefail
daemon=$1 case=$2
shift_capture=$(realpath "$(dirname "$0")/shift_capture.py")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$case"
captures=()
while read -r file later; do
  if [ -n "$later" ]; then
    "$shift_capture" "$file" "${later#+}" "$work/${#captures[@]}.pcap"
    file=$work/${#captures[@]}.pcap
  fi
  captures+=("$file")
done < captures
for run in first second; do
  "$daemon" replay --config breakwatch.yaml --json "${captures[@]}" > "$work/$run.json"
done
cmp "$work/first.json" "$work/second.json" || { echo "two replays differ"; exit 1; }
[ "${3:-}" = --accept ] && cp "$work/first.json" expected.json
diff -u expected.json "$work/first.json" && echo "as expected: $(wc -l < expected.json) incident(s)"
