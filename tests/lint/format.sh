#!/usr/bin/env bash
# Every source is as clang-format puts it: one style, .clang-format's. Of one version, since they differ.
#   format.sh SOURCE_DIR [--fix]
set -euo pipefail
cd "$1"
command -v clang-format-19 >/dev/null || { echo "skipped: no clang-format-19"; exit 77; }
how=(--dry-run -Werror)
[ "${2:-}" = --fix ] && how=(-i)
find daemon policy tests -name '*.[ch]pp' -print0 | xargs -0 -n 40 -P "$(nproc)" clang-format-19 "${how[@]}"
echo "formatted: $(find daemon policy tests -name '*.[ch]pp' | wc -l) files"
