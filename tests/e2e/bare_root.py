#!/usr/bin/env python3
"""The first morning: a bare Debian is made, somebody with sudo clones the checkout into it, and README is followed to the
letter: its first command, and as root its installation and its rsyslog recipe. The bundled case, played on the mirror port,
then reaches the SIEM's file. Prints the time from the clone to the alert. What is installed stays for the tests of the unit.

  BREAKWATCH_COLD=1: without the compilations of an earlier run, as on a new machine."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

import lab
import root_lab
from lab import wait_for
from root_lab import CHECKOUT, ROOT, Machine, in_root

CALL_SECONDS = 60


def compiler_cache():
    """Options that let the build in the root use what an earlier run here compiled; a cache of its own, that anybody in it may write."""
    cache = root_lab.ROOT.with_suffix(".ccache")
    if os.environ.get("BREAKWATCH_COLD"):
        shutil.rmtree(cache, ignore_errors=True)
        return []
    cache.mkdir(exist_ok=True)
    cache.chmod(0o1777)
    return [f"--bind={cache}:/var/cache/ccache", "--setenv=CCACHE_DIR=/var/cache/ccache", "--setenv=CCACHE_UMASK=000"]


def clone():
    """Into the home of somebody who may use sudo."""
    in_root("apt-get update -qq && apt-get install -y -qq --no-install-recommends sudo >/dev/null && "
            "useradd --create-home --shell /bin/bash admin && echo 'admin ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/admin")
    root_lab.clone_into(ROOT)
    in_root(f"chown -R admin: {CHECKOUT}")


def first_command():
    said = in_root(f"cd {CHECKOUT} && exec setpriv --reuid admin --regid admin --init-groups env HOME=/home/admin ./daemon/quickstart.sh",
                   *compiler_cache())
    assert 'code="BW-1001"' in said and "The story of incident bw-" in said, said[-3000:]
    page = pathlib.Path(f"{ROOT}{CHECKOUT}/build/report.html").read_text()
    assert page.lstrip().lower().startswith("<!doctype html"), page[:100]
    programs = in_root("command -v python3 clang doctest systemctl || true")
    assert not programs.strip(), f"installed for the first command, and not needed: {programs}"


def install():
    block = root_lab.readme_block("./daemon/prerequisites.sh build")
    steps = [line.split("  #")[0].strip() for line in block.splitlines()]
    assert len(steps) == 6 and steps[3].startswith("$EDITOR"), steps
    in_root(f"cd {CHECKOUT} && {steps[0]} && {steps[1]}", *compiler_cache())
    # A machine that boots, hears its mirror port, and has the SIEM's receiver.
    in_root("DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends systemd dbus procps iproute2 rsyslog "
            "tcpreplay >/dev/null")
    stripped = in_root("ls -l /usr/sbin/breakwatchd /usr/bin/breakwatch; find /usr/lib/debug/.build-id -name '*.debug'")
    print(stripped.strip())
    return steps


def check_symbols():
    """Stripped, and the symbols are where a debugger looks: by the same build id."""
    for program in ("usr/sbin/breakwatchd", "usr/bin/breakwatch"):
        sections = lab.run("readelf", "-S", "-W", ROOT / program)
        assert ".debug_info" not in sections and ".symtab" not in sections, f"{program} is not stripped"
        identity = re.search(r"Build ID: (\w\w)(\w+)", lab.run("readelf", "-n", ROOT / program))
        symbols = ROOT / "usr/lib/debug/.build-id" / identity[1] / f"{identity[2]}.debug"
        assert ".debug_info" in lab.run("readelf", "-S", "-W", symbols), f"{symbols} has no debug information"


def configure(machine, steps):
    machine.run("/bin/sh", "-ec", steps[2])
    asked = subprocess.run(machine.command("breakwatchd", "check"), capture_output=True, text=True)
    lines = (asked.stdout + asked.stderr).strip().splitlines()
    for key in ("purpose.text", "purpose.responsible", "purpose.rules_reference", "purpose.notice_date", "site.time_zone",
                "capture.interface"):
        assert len([line for line in lines if key + ":" in line]) == 1, f"{key} is to be asked for in one line: {lines}"
    assert asked.returncode in (3, 4), asked.returncode
    filled = root_lab.fill_in(machine.read("/etc/breakwatch/breakwatch.yaml"))
    local = "  - name: siem\n    transport: local\n"
    assert local in filled
    filled = filled.replace(local, "  - name: siem\n    transport: tcp\n    host: 127.0.0.1\n    port: 601\n")
    # Of a platform that is not measured on site the alert would come half an hour later.
    machine.write("/etc/breakwatch/breakwatch.yaml", filled + "measured: measured.yaml\n", 0o640)
    machine.write("/etc/breakwatch/enrolment.csv", (lab.CASE / "enrolment.csv").read_text(), 0o640)
    # As `calibrate measure` writes it: the daemon reads it as its own user.
    machine.write("/etc/breakwatch/measured.yaml", (lab.CASE / "measured.yaml").read_text(), 0o644)
    begin, end = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600 * hours)) for hours in (-6, 18))
    machine.write("/etc/breakwatch/roster.csv", "agent_id,start,end,activity,tz,site\n" + "".join(
        f"{agent},{begin},{end},shift,UTC,osaka\n" for agent in ("1042", "1043", "1044")), 0o640)
    assert "all is well" in machine.run("/bin/sh", "-ec", steps[4]), "check"


def start_siem(machine):
    machine.write("/etc/rsyslog.d/breakwatch.conf", root_lab.readme_block('module(load="imtcp")'))
    assert "error" not in machine.run("/bin/sh", "-c", "rsyslogd -N1 2>&1")
    machine.run("systemctl", "restart", "rsyslog")


def tell_call(machine, ended, number):
    """The switch tells of the call that the bundled case begins with."""
    def line(kind, at):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
        return json.dumps({"v": 1, "src": "acd", "id": f"7f1c-{number}", "type": kind, "agent": lab.STAFF, "t": f"{stamp}.000Z",
                           "queue": "billing"})
    machine.append("/var/spool/breakwatch/calls.ndjson", line("call_start", ended - 311) + "\n" + line("call_end", ended) + "\n")


def alert_arrives(machine, steps):
    start_siem(machine)
    machine.run("/bin/sh", "-ec", steps[5])
    assert machine.unit("ActiveState")["ActiveState"] == "active", machine.ask("systemctl", "status", "breakwatchd")

    def alerts():
        lines = machine.read("/var/log/breakwatch.jsonl").split("\n")[:-1]
        return [entry for entry in map(json.loads, lines) if lab.Lab.fields(entry).get("code") == "BW-1001"]
    capture = f"{CHECKOUT}/tests/replay/seed-case/capture.pcap"
    # What is judged are times: on a machine that is busy with other tests a play may be too uneven.
    for number in (1, 2):
        tell_call(machine, time.time() - (lab.CAPTURE_START - lab.CALL_END), number)
        machine.run("nice", "-n", "-15", "tcpreplay", "-q", "-K", "-i", "phones", capture, timeout=400)
        with contextlib.suppress(AssertionError):
            wait_for("the alert", alerts, 20)
            break
        print(f"play {number}: no alert\n" + machine.ask("breakwatch", "status"))
    alert = wait_for("the alert at the SIEM", alerts, 1)[0]
    assert lab.Lab.fields(alert)["plat"] == "x" and "post-like activity on x by p-" in alert["text"], alert
    return alert


def main():
    root_lab.need_nspawn()
    root_lab.make_root(ROOT)
    root_lab.probe_nspawn(ROOT)
    begun = time.monotonic()
    clone()
    first_command()
    print(f"from the clone to the bundled case's alert: {(time.monotonic() - begun) / 60:.1f} min")
    steps = install()
    check_symbols()
    with Machine() as machine:
        try:
            machine.mirror_port()
            configure(machine, steps)
            alert = alert_arrives(machine, steps)
        except (AssertionError, subprocess.SubprocessError, KeyError) as error:
            machine.fail_with_logs(error)
        print(f"from the clone to the alert at the SIEM: {(time.monotonic() - begun) / 60:.1f} min"
              + ("" if os.environ.get("BREAKWATCH_COLD") else " (with this machine's compiler cache)"))
        machine.run("systemctl", "stop", "breakwatchd")
    root_lab.INSTALLED.touch()
    print(alert["text"])


if __name__ == "__main__":
    main()
