#!/usr/bin/env bash
# The man pages render without a complaint.
set -euo pipefail
command -v mandoc >/dev/null || { echo "skipped: no mandoc"; exit 77; }
status=0
for page in "$1"/daemon/man/*.[1578]; do
  mandoc -T lint -W warning "$page" || status=1
done
exit $status
