#!/usr/bin/env bash
# Builds the libFuzzer targets with clang and runs each for FUZZ_SECONDS (default 5), two at a time.
#   run.sh SOURCE_DIR BUILD_DIR [target...]     e.g. run.sh . /tmp/fuzz dns pcap
# What is found interesting stays in BUILD_DIR/corpus/<target> for the next run; a failing input's path
# is printed last. Exit 77: no clang.
set -euo pipefail
source=$(realpath "$1") build=$2
shift 2
compiler=${FUZZ_COMPILER:-clang++-19}
if ! command -v "$compiler" >/dev/null; then
  echo "skipped: $compiler is not installed"
  exit 77
fi

cmake -S "$source" -B "$build" -G Ninja -DBREAKWATCH_FUZZ=ON -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" -DBREAKWATCH_SANITIZE=address,undefined,fuzzer-no-link -DBREAKWATCH_WERROR=ON >/dev/null
if [ $# -eq 0 ]; then
  for file in "$source"/tests/fuzz/*_fuzz.cpp; do set -- "$@" "$(basename "$file" _fuzz.cpp)"; done
fi
rm -rf "$build/findings"
cmake --build "$build" --target "${@/#/fuzz_}"

fuzz_one() {
  local name=$1 seeds=$source/tests/fuzz/corpus/$1 grown=$build/corpus/$1 log=$build/$1.log
  mkdir -p "$grown" "$build/findings"
  if ! "$build/fuzz_$name" -max_total_time="${FUZZ_SECONDS:-5}" -max_len=4096 -timeout=10 -rss_limit_mb=1024 \
      -artifact_prefix="$build/findings/$name-" -print_final_stats=1 "$grown" "$seeds" >"$log" 2>&1; then
    echo "$name FAILED"
    tail -n 60 "$log"
    return 1
  fi
  echo "$name: $(sed -n 's/.*number_of_executed_units: *//p' "$log") runs"
}
export -f fuzz_one
export source build

if ! printf '%s\n' "$@" | xargs -P 2 -I{} bash -c 'fuzz_one {}'; then
  echo "inputs that fail:"
  find "$build/findings" -type f
  exit 1
fi
