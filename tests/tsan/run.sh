#!/usr/bin/env bash
# The places where threads meet, under ThreadSanitizer: the hand-off and the store thread.
# Built apart, since the tests' build has AddressSanitizer in it.
#   run.sh SOURCE BUILD
set -euo pipefail
source=$1 out=$2/tsan
mkdir -p "$out"
${CXX:-g++} -std=c++23 -O1 -g1 -fsanitize=thread -Wno-tsan -DBREAKWATCH_VERSION='"test"' -DSPDLOG_COMPILED_LIB -DSPDLOG_FMT_EXTERNAL \
  -I"$source" -I"$source/daemon" "$source"/tests/unit/main.cpp \
  "$source"/tests/unit/app/{hand_off,store_thread}_test.cpp "$source"/daemon/app/{store_thread,log}.cpp "$source"/policy/types.cpp \
  -o "$out/threads" -lspdlog -lfmt -lpthread
TSAN_OPTIONS=halt_on_error=1 "$out/threads"
