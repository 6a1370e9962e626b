#!/usr/bin/env bash
# The seed's own question, asked of the bundled case: a post about my call, at about two in the morning (Osaka). The one who
# posted is above the line, in pseudonyms; neither of the two colleagues on break is. The question stays in the audit trail.
#   complaint.sh BREAKWATCHD BREAKWATCH
set -euo pipefail
daemon=$1 tool=$2
cd "$(dirname "$0")/seed-case"
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
fail() { echo "$1"; cat "$state"/answer* "$state"/errors 2> /dev/null; exit 1; }
ask() { "$tool" lookup --state "$state" --reason 'complaint 2026-118' "$@" 2> "$state/errors"; }

"$daemon" replay --config breakwatch.yaml --state "$state" capture.pcap > /dev/null
culprit=$("$tool" incidents --state "$state" --json | sed -n 's/.*"subject":"\([^"]*\)".*/\1/p')

ask --platform x --from '2026-11-24 01:58' --to '2026-11-24 02:03' > "$state/answer" || fail "nobody is found"
grep -Eq "^$culprit +above " "$state/answer" || fail "$culprit is not above the line"
[ "$(grep -Ec '^p-[0-9a-f]+ +(above|stands out) ' "$state/answer")" = 1 ] || fail "somebody else is above the line"
grep -Eq 'min .* s after acd/7f1c-1077' "$state/answer" || fail "not after which call"
grep -q 'Nothing seen is not nothing done' "$state/answer" || fail "not what it is worth"
! grep -Eq '104[234]' "$state/answer" || fail "a staff id is told"

ask --platform x --from 2026-11-23T16:58:00Z --to 2026-11-23T17:03:00Z --json > "$state/answer.json"
grep -q "\"subject\":\"$culprit\",\"line\":\"above\"" "$state/answer.json" || fail "the same as JSON"
grep -q '"on_duty":3,"on_network":3' "$state/answer.json" || fail "how many were on duty, and on the network"

# Nobody: and why that is not much.
status=0; ask --platform instagram --from '2026-11-24 01:58' --to '2026-11-24 02:03' > "$state/answer" || status=$?
[ "$status" = 3 ] || fail "exit status $status where nobody is found"
status=0; ask --platform x --from '2026-11-23 20:00' --to '2026-11-23 20:10' > "$state/answer" || status=$?
[ "$status" = 3 ] && grep -q 'that time was not watched' "$state/answer" || fail "a time that was not watched"

[ "$("$tool" audit --state "$state" | grep -c 'lookup')" = 4 ] || fail "each question is in the audit trail"
"$tool" verify --state "$state" > /dev/null || fail "the chain"
echo "as expected: $culprit alone is above the line"
