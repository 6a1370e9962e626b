#!/usr/bin/env bash
# `breakwatch calibrate fit` on recordings of real clients' sessions on one platform: numbers that have never seen the platform
# are beaten, and what was written is read again; numbers that were fitted to those recordings already are not, and nothing is written.
#   check_calibrate.sh BREAKWATCH DETECTOR_QUALITY LAB
set -euo pipefail
tool=$1 quality=$2 captures=$3/dev platform=x
[ -d "$captures" ] || { echo "skipped: no labelled captures at $3"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/others"

for labels in "$captures"/*.labels.jsonl; do
  session=$(basename "$labels" .labels.jsonl)
  [ "$session" = seed-case ] && continue
  if grep -q "\"platform\": \"$platform\".*\"is_post\": true" "$labels"; then
    "$tool" calibrate record --platform $platform -o "$work/$session.rec" "$captures/$session.pcap" >/dev/null
  else
    ln -s "$(realpath "$captures")/$session".* "$work/others/"
  fi
done

# What it tells goes into $work/told, and on; its exit code into $code.
fit() {
  code=0
  "$tool" calibrate fit "$@" -o "$work/fitted.yaml" "$work"/*.rec >"$work/told" 2>&1 || code=$?
  cat "$work/told"
}
fail() {
  echo "expected $1; found exit code $code"
  exit 1
}

"$quality" train "$work/others" >"$work/others.yaml"
fit --model "$work/others.yaml"
[ "$code" -eq 0 ] && grep -q "^written to " "$work/told" && grep -q "^  - platform: $platform$" "$work/fitted.yaml" ||
  fail "code 0 and the numbers of $platform"
grep -q "in force: .* 6 of 11 posts found, 0 false; at" "$work/told" && grep -q "fitted here: .* 9 of 11 posts found, 0 false; at" "$work/told" ||
  fail "the figures that the README tells"
"$tool" calibrate check --model "$work/fitted.yaml" "$work"/*.rec | tail -2
mv "$work/fitted.yaml" "$work/once.yaml"
fit --model "$work/once.yaml"
[ "$code" -eq 6 ] && grep -q "^NOT INSTALLED: " "$work/told" && [ ! -e "$work/fitted.yaml" ] || fail "code 6, the reason, and no file"
