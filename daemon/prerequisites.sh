#!/usr/bin/env bash
# Installs what running the installed programs ("run"), building them ("build", the default) or testing ("test": build and
# more) needs, by package name, on Debian 12 and 13. Does nothing, and asks for nothing, when all of it is there.
#   prerequisites.sh [--list] [run|build|test]      --list: prints the names, installs nothing
set -euo pipefail

list=
[ "${1:-}" = --list ] && { list=1; shift; }
what=${1:-build}
release=$(. /etc/os-release && echo "${ID:-}-${VERSION_ID:-}")
case $release in
  debian-13)
    boost=1.83 ivykis=libivykis0t64
    libraries=(libboost-json1.83.0 libpcap0.8t64 libyaml-cpp0.8 libspdlog1.15 libssl3t64 libdate-tz3 libical3t64 libicu76 libre2-11) ;;
  *)
    [ "$release" = debian-12 ] || echo "this is $release; the names are Debian 12's" >&2
    boost=1.81 ivykis=libivykis0
    libraries=(libboost-json1.81.0 libpcap0.8 libyaml-cpp0.7 libspdlog1.10 libssl3 libdate-tz3 libical3 libicu72 libre2-9) ;;
esac
run=("${libraries[@]}" libsqlite3-0 libsodium23 libsystemd0 libcap-ng0 libprometheus-cpp-core1.0 zlib1g tzdata)
build=(g++ cmake ninja-build ccache pkg-config "libboost$boost-dev" "libboost-json$boost-dev" libpcap-dev libyaml-cpp-dev
  libspdlog-dev libsqlite3-dev libssl-dev libsodium-dev libcli11-dev libsystemd-dev libcap-ng-dev libhowardhinnant-date-dev
  libical-dev libicu-dev libre2-dev prometheus-cpp-dev zlib1g-dev tzdata)
test=(doctest-dev clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev rsyslog rsyslog-relp rsyslog-openssl rsyslog-gnutls iproute2 tcpreplay tcpdump util-linux procps python3 gcovr
  systemd sqlite3 mandoc ca-certificates openssl "$ivykis" libnet1 libwrap0 freeradius freeradius-utils dnsmasq-base
  kea-dhcp4-server udhcpc isc-dhcp-client faketime git debootstrap systemd-container
  python3-icalendar python3-recurring-ical-events python3-jsonschema python3-yaml valgrind)

case $what in
  run) wanted=("${run[@]}") ;;
  build) wanted=("${build[@]}") ;;
  test) wanted=("${build[@]}" "${test[@]}") ;;
  *) echo "usage: prerequisites.sh [--list] [run|build|test]" >&2; exit 2 ;;
esac
[ -n "$list" ] && { printf '%s\n' "${wanted[@]}"; exit 0; }
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
