#!/usr/bin/env bash
# A folder is a test: replays its captures with its configuration, twice, and compares the incidents
# with expected.json (one line an incident, its last revision), byte by byte.
#   run_case.sh BREAKWATCHD CASE_FOLDER [--accept]
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
[ "${3:-}" = --accept ] && cp "$work/first.json" expected.json
diff -u expected.json "$work/first.json" && echo "as expected: $(wc -l < expected.json) incident(s)"
