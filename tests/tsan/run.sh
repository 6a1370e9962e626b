#!/usr/bin/env bash
# The places where threads meet, under ThreadSanitizer: the observation queue, the store thread, the capture thread, the
# workers of a replay.
# Built apart, since the tests' build has AddressSanitizer in it.
#   run.sh SOURCE BUILD
set -euo pipefail
source=$1 out=$2/tsan
cmake -S "$source" -B "$out" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1" -DBREAKWATCH_SANITIZE=thread >/dev/null
cmake --build "$out" --target unit_threads
TSAN_OPTIONS=halt_on_error=1 "$out/unit_threads"
