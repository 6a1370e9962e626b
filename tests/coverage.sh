#!/usr/bin/env bash
# Line coverage of daemon/decode and daemon/flow by their unit tests and, where it is there, the conformance
# corpus. Fails below 95 % of lines.
#   tests/coverage.sh [gcovr arguments]     e.g. tests/coverage.sh --html-details /tmp/coverage.html
# BUILD_DIR: where to build (default: build-coverage).
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build-coverage}
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1 --coverage" >/dev/null
cmake --build "$build" --target unit_decode unit_flow unit_capture cut_captures

find "$build" -name '*.gcda' -delete
# Whole captures, and packets cut; not every cut of every file: the report is not better for it.
CUT_SHARE=100000 ctest --test-dir "$build" --output-on-failure -R '^(unit\.(decode|flow|capture)|conformance\.cut)$' |
  tail -n 12
gcovr --root . --object-directory "$build" --filter 'daemon/decode/' --filter 'daemon/flow/' \
  --exclude-throw-branches --print-summary --fail-under-line 95 "$@" "$build"
