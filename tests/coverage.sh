#!/usr/bin/env bash
# Line coverage of daemon/decode and daemon/flow by their unit tests, the fuzz corpora and the replay cases.
#   tests/coverage.sh [gcovr arguments]     e.g. tests/coverage.sh --html-details /tmp/coverage.html
# BUILD_DIR: where to build (default: build-coverage).
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build-coverage}
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1 --coverage" >/dev/null

targets=(fuzz_targets breakwatchd unit_decode)
for folder in flow capture; do
  [ -d "tests/unit/$folder" ] && targets+=("unit_$folder")
done
cmake --build "$build" --target "${targets[@]}"

find "$build" -name '*.gcda' -delete
ctest --test-dir "$build" --output-on-failure -j "$(nproc)" \
  -R '^(unit\.(decode|flow|capture)|fuzz-corpus\..*|replay\..*)$' | tail -n 12
gcovr --root . --object-directory "$build" --filter 'daemon/decode/' --filter 'daemon/flow/' \
  --exclude-throw-branches --print-summary "$@" "$build"
