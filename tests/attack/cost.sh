#!/usr/bin/env bash
# attack_cost, built apart and optimized: what memory and time cost is not to be judged with a sanitizer in it.
#   cost.sh SOURCE BUILD PACKETS
set -euo pipefail
source=$1 out=$2/plain packets=$3
cmake -S "$source" -B "$out" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O2" >/dev/null
cmake --build "$out" --target attack_cost
"$out/attack_cost" "$packets"
