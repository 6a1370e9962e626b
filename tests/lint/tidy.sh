#!/usr/bin/env bash
# clang-tidy over the sources of the house, with the checks of .clang-tidy: no finding is let through.
# Deprecation is left out as in the clang build: it holds the own buffer of std::stable_sort against its callers.
set -euo pipefail
source=$1 build=$2
command -v clang-tidy-19 >/dev/null || { echo "skipped: no clang-tidy-19"; exit 77; }
# A compilation database of our own: clang does not know g++'s sanitizer and warning options.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$build/compile_commands.json" "$work/compile_commands.json" "$source" <<'PY'
import json, re, sys
commands = [c for c in json.load(open(sys.argv[1])) if re.search(r"/(daemon|policy)/", c["file"])]
for c in commands:
    c["command"] = re.sub(r"-Wno-(maybe-uninitialized|tsan)|-fsanitize=\S+|-fno-sanitize-recover=\S+|^\S*ccache ", "", c["command"])
json.dump(commands, open(sys.argv[2], "w"))
print("\n".join(sorted({c["file"] for c in commands})), file=open(sys.argv[2] + ".files", "w"))
PY
grep . "$work/compile_commands.json.files" | xargs -P "$(nproc)" -n 1 clang-tidy-19 --quiet --extra-arg=-Wno-deprecated-declarations -p "$work" 2>/dev/null
echo "clang-tidy: clean"
