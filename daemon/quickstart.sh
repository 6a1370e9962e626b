#!/usr/bin/env bash
# Installs what is needed, builds, and runs the main job on the bundled case with an embedded store:
# prints the alert as the SIEM would get it, tells the story and writes the HTML report.
#   BUILD_DIR: where to build (default: build)
set -euo pipefail
cd "$(dirname "$0")/.."
./daemon/prerequisites.sh build

build=${BUILD_DIR:-build}
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DBUILD_TESTING=OFF -DBREAKWATCH_UNITY=ON >/dev/null
cmake --build "$build" --target breakwatchd breakwatch

bold='' plain=''
[ -t 1 ] && bold=$'\033[1m' plain=$'\033[0m'
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
case=tests/replay/seed-case
state=$build/quickstart
rm -rf "$state"

say "Replaying three operators' break of 106 seconds; the alert, as the SIEM would get it:"
"$build/breakwatchd" replay --config $case/breakwatch.yaml --state "$state" $case/capture.pcap

id=$("$build/breakwatch" incidents --state "$state" --ids)
say "The story of incident $id:"
"$build/breakwatch" show "$id" --state "$state"
"$build/breakwatch" report "$id" --state "$state" -o "$build/report.html"

say "The same as a page to look at: $PWD/$build/report.html"
echo "Programs: $build/breakwatchd (service, replay, check) and $build/breakwatch (operator's tool)."
