#!/usr/bin/env bash
# Installs what building (or, with "test", testing) needs on Debian 12, by package name.
# Does nothing, and asks for nothing, when all of it is there.
set -euo pipefail

build=(g++ cmake ninja-build ccache pkg-config libboost1.81-dev libboost-json1.81-dev libpcap-dev libyaml-cpp-dev libspdlog-dev
  libsqlite3-dev libssl-dev libsodium-dev libcli11-dev libsystemd-dev libcap-ng-dev libhowardhinnant-date-dev libical-dev libicu-dev
  doctest-dev tzdata)
test=(clang-19 clang-tidy-19 libclang-rt-19-dev rsyslog iproute2 tcpreplay tcpdump util-linux procps python3 gcovr systemd sqlite3
  mandoc ca-certificates openssl libivykis0 libnet1 libwrap0 freeradius freeradius-utils dnsmasq-base kea-dhcp4-server udhcpc
  isc-dhcp-client faketime)

wanted=("${build[@]}")
[ "${1:-build}" = test ] && wanted+=("${test[@]}")
missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "not installed: ${missing[*]}; run as root, or install them and try again" >&2; exit 1; }
  as_root=(sudo)
fi
echo "installing: ${missing[*]}" >&2
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
