#!/usr/bin/env bash
# A folder is a test: replays its captures with its configuration, twice and by several workers, and compares the incidents
# with expected.json (one line an incident, its last revision), byte by byte.
#   run_case.sh BREAKWATCHD CASE_FOLDER [--accept]
# A case with a file `told` has alerts, too, that must come: each of its lines is an extended regular expression.
# A line of `captures` is a file, or "FILE +SECONDS": the same file so much later, or "FILE vlan=30[:up|:down]": with tags.
set -euo pipefail
daemon=$1 case=$2
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$case"
captures=()
while read -r file later; do
  changed=$work/${#captures[@]}.pcap
  case $later in
    vlan=*) "$here/tag_capture.py" "$file" "${later#vlan=}" "$changed"; file=$changed ;;
    ?*) "$here/shift_capture.py" "$file" "${later#+}" "$changed"; file=$changed ;;
  esac
  captures+=("$file")
done < captures
for run in first second; do
  "$daemon" replay --config breakwatch.yaml --json "${captures[@]}" > "$work/$run.json"
done
cmp "$work/first.json" "$work/second.json" || { echo "two replays differ"; exit 1; }
for workers in 2 3 4; do
  "$daemon" replay --config breakwatch.yaml --json --workers $workers "${captures[@]}" > "$work/$workers.json"
  cmp "$work/first.json" "$work/$workers.json" || { echo "$workers workers find something else than one"; exit 1; }
done
[ "${3:-}" = --accept ] && cp "$work/first.json" expected.json
diff -u expected.json "$work/first.json" || exit 1
echo "as expected: $(wc -l < expected.json) incident(s)"
[ -f told ] || exit 0
"$daemon" replay --config breakwatch.yaml "${captures[@]}" > "$work/alerts" 2> "$work/errors"
while read -r expected; do
  grep -Eq "$expected" "$work/alerts" || { echo "not told: $expected"; cat "$work/alerts"; exit 1; }
done < told
echo "told as expected: $(wc -l < told) alert(s)"
