#!/usr/bin/env bash
# The shipped numbers come out of the training tool again, byte for byte: nobody edited them, and recipe, features and
# file belong together.
#   check_training.sh DETECTOR_QUALITY SHARED DETECTOR_YAML
set -euo pipefail
tool=$1 shared=$2 shipped=$3
[ -d "$shared/lab/dev2" ] || { echo "skipped: no labelled captures at $shared/lab"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$(dirname "$0")/variations.sh" "$shared" "$work/variations" 2>"$work/made" || { cat "$work/made"; exit 1; }
"$tool" train "$shared/lab/dev" "$shared/lab/dev2" "$work/variations" >"$work/trained"
cmp -s "$work/trained" "$shipped" && { echo "training gives $(basename "$shipped") byte for byte, $(wc -c <"$shipped") bytes"; exit 0; }
echo "training gives other numbers than $shipped; its own, then the trained:"
diff "$shipped" "$work/trained" | head -40 || true
exit 1
