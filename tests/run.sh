#!/usr/bin/env bash
# Installs what is needed, builds with sanitizers, runs the tests and ends with ctest's summary.
#   tests/run.sh [--all] [ctest arguments]     e.g. tests/run.sh -L unit; -L quick: a developer's answer in two minutes
# --all: also those labelled `long`, about half an hour each: clang-tidy over every file, libFuzzer on each parser (without it
# the parsers run over their corpora), and two bare Debians, in which README is followed,
# the unit run by systemd, and all of this once more.
# BUILD_DIR: where to build (default: build-tests).  Fuzzing seconds per target: FUZZ_SECONDS (20 in CI, 5 otherwise).
set -euo pipefail
cd "$(dirname "$0")/.."
short=(-LE long)
[ "${1:-}" = --all ] && { short=(); shift; }
./daemon/prerequisites.sh test
# A root as debootstrap makes it knows no localhost, which tests connect to by its name.
getent ahostsv4 localhost >/dev/null || echo "127.0.0.1 localhost" >>/etc/hosts

build=${BUILD_DIR:-build-tests}
export FUZZ_SECONDS=${FUZZ_SECONDS:-$([ -n "${CI:-}" ] && echo 20 || echo 5)}
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DBREAKWATCH_SANITIZE=address,undefined -DBREAKWATCH_WERROR=ON \
  -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" -DBREAKWATCH_UNITY="$([ -n "${CI:-}" ] && echo ON || echo OFF)" >/dev/null
cmake --build "$build"
# Two tests a core: most wait for another program. Those that compute count as two.
ctest --test-dir "$build" --output-on-failure -j "$((2 * $(nproc)))" "${short[@]}" "$@"
