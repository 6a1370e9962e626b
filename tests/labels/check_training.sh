#!/usr/bin/env bash
# The shipped numbers come out of the training tool again, byte for byte: nobody edited them, and recipe, features and
# file belong together.
#   check_training.sh DETECTOR_QUALITY LAB DETECTOR_YAML
set -euo pipefail
tool=$1 captures=$2/dev shipped=$3
[ -d "$captures" ] || { echo "skipped: no labelled captures at $2"; exit 77; }
trained=$(mktemp)
trap 'rm -f "$trained"' EXIT
"$tool" train "$captures" >"$trained"
cmp -s "$trained" "$shipped" && { echo "training gives $(basename "$shipped") byte for byte, $(wc -c <"$shipped") bytes"; exit 0; }
echo "training gives other numbers than $shipped; its own, then the trained:"
diff "$shipped" "$trained" | head -40 || true
exit 1
