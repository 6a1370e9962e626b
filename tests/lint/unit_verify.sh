#!/usr/bin/env bash
# systemd reads the unit, sysusers and tmpfiles without a complaint.
#   unit_verify.sh SOURCE BUILD
set -euo pipefail
command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze"; exit 77; }
source=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Verified as installed: the program stands where this build left it, the account and the manual exist.
sed -e "s|/usr/sbin/breakwatchd|$(realpath "$2")/breakwatchd|" -e 's|^\(User\|Group\)=.*|\1=root|' -e '/^Documentation=/d' \
  "$source/systemd/breakwatchd.service" > "$work/breakwatchd.service"
said=$(systemd-analyze verify --man=no --recursive-errors=no "$work/breakwatchd.service" 2>&1) || { echo "$said"; exit 1; }
[ -z "$said" ] || { echo "$said"; exit 1; }
# In a root of their own: the account is made, and the folders are its own, closed to others.
if [ "$(id -u)" -eq 0 ]; then
  mkdir -p "$work/tree/etc"
  systemd-sysusers --root="$work/tree" "$source/systemd/breakwatch.sysusers" >/dev/null
  systemd-tmpfiles --create --root="$work/tree" "$source/systemd/breakwatch.tmpfiles"
  [ "$(stat -c %a "$work/tree/var/lib/breakwatch")" = 750 ] || { echo "the state directory is open to others"; exit 1; }
  owner=$(sed -n 's/^breakwatch:[^:]*:\([0-9]*\):.*/\1/p' "$work/tree/etc/passwd")
  [ "$(stat -c %u "$work/tree/var/lib/breakwatch")" = "$owner" ] || { echo "the state directory is not its own"; exit 1; }
fi
echo "verified"
