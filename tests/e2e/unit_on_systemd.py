#!/usr/bin/env python3
"""The shipped unit under a real systemd, on the root of e2e.bare_root: it starts with CAP_NET_RAW alone, is reloaded,
shows its metrics where asked to, comes back when it is killed and when it hangs, stops after one try when a person must mend
something, and says so; its journal lines have priorities."""
import json
import os
import pathlib
import signal
import subprocess

import root_lab
from lab import wait_for
from root_lab import Machine

CAP_NET_RAW = 1 << 13
CONFIG = "/etc/breakwatch/breakwatch.yaml"


def main_pid(machine):
    return int(machine.unit("MainPID")["MainPID"])


def on_host(machine, pid):
    """The same process as this side of the namespace numbers it."""
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "status").read_text()
        except OSError:
            continue
        numbers = next(line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:"))
        if numbers[-1] == str(pid) and "\nName:\tbreakwatchd" in "\n" + status:
            return int(entry.name)
    raise AssertionError(f"no process {pid}")


def active(machine):
    return machine.unit("ActiveState", "SubState") == {"ActiveState": "active", "SubState": "running"}


def wait_active(machine, why, seconds=60):
    wait_for(why, lambda: active(machine), seconds, every=0.3)


def starts(machine):
    machine.mirror_port()
    machine.run("systemctl", "reset-failed")
    machine.run("systemctl", "start", "breakwatchd")
    wait_active(machine, "the unit is up")
    assert machine.unit("StatusText")["StatusText"] == "watching eth1"
    pid = on_host(machine, main_pid(machine))
    status = dict(line.split(":\t", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in line)
    for name in ("CapEff", "CapPrm", "CapBnd"):
        assert int(status[name], 16) == CAP_NET_RAW, f"{name} {status[name]}"
    assert int(status["CapAmb"], 16) == 0, status["CapAmb"]
    assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2" and "0" not in status["Uid"].split(), status
    assert "PRIVILEGES kept CAP_NET_RAW alone" in machine.journal()


def has_priorities(machine):
    lines = [json.loads(line) for line in machine.ask("journalctl", "-q", "-u", "breakwatchd", "-o", "json").splitlines()]
    ours = {line["PRIORITY"] for line in lines if line.get("_COMM") == "breakwatchd"}
    assert "6" in ours, f"priorities {ours}"
    assert not [line for line in lines if str(line["MESSAGE"]).startswith(("<", "info "))], "a prefix was left in a message"


def reloads(machine):
    before = main_pid(machine)
    machine.run("systemctl", "reload", "breakwatchd")
    wait_for("RELOAD in the journal", lambda: "RELOAD" in machine.journal(), 30)
    wait_active(machine, "running after the reload")
    assert main_pid(machine) == before
    good = machine.read(CONFIG)
    machine.write(CONFIG, good + "sislog: []\n", 0o640)
    machine.run("systemctl", "reload", "breakwatchd")
    wait_for("status tells of the broken file", lambda: "broken" in machine.unit("StatusText")["StatusText"], 30)
    machine.write(CONFIG, good, 0o640)
    machine.run("systemctl", "reload", "breakwatchd")
    wait_for("and that it is mended", lambda: machine.unit("StatusText")["StatusText"] == "watching eth1", 30)
    assert main_pid(machine) == before


def scraped(machine):
    """By bash alone, which any Debian has."""
    ask = "exec 3<>/dev/tcp/127.0.0.1/9477 && printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3"
    return subprocess.run(machine.command("bash", "-c", ask), capture_output=True, text=True).stdout


def has_metrics(machine):
    good = machine.read(CONFIG)
    assert not scraped(machine), "off unless asked for"
    machine.write(CONFIG, good + "metrics: {}\n", 0o640)
    machine.run("systemctl", "restart", "breakwatchd")
    wait_active(machine, "running with its metrics")
    wait_for("figures inside the unit's sandbox", lambda: 'breakwatch_capture_up{interface="eth1"} 1' in scraped(machine), 30)
    machine.write(CONFIG, good, 0o640)
    machine.run("systemctl", "restart", "breakwatchd")
    wait_active(machine, "running without them")


def comes_back(machine, send, why, seconds):
    before, restarts = main_pid(machine), int(machine.unit("NRestarts")["NRestarts"])
    os.kill(on_host(machine, before), send)
    wait_for(f"started again after {why}", lambda: active(machine) and main_pid(machine) not in (0, before), seconds, every=0.3)
    assert int(machine.unit("NRestarts")["NRestarts"]) == restarts + 1


def watchdog(machine):
    """As shipped but for the time, which would be a minute."""
    machine.run("mkdir", "-p", "/run/systemd/system/breakwatchd.service.d")
    machine.write("/run/systemd/system/breakwatchd.service.d/time.conf", "[Service]\nWatchdogSec=4\nTimeoutAbortSec=3\n")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "breakwatchd")
    wait_active(machine, "running with a short watchdog")
    comes_back(machine, signal.SIGSTOP, "a hang", 60)
    assert "atchdog" in machine.journal(), "the watchdog is not in the journal"
    machine.run("rm", "-r", "/run/systemd/system/breakwatchd.service.d")
    machine.run("systemctl", "daemon-reload")


def told_as_unclean(machine):
    machine.run("systemctl", "restart", "breakwatchd")
    lines = machine.read("/var/log/breakwatch.jsonl").splitlines()
    unclean = [line for line in lines if "BW-9002" in line and "did not end properly" in line]
    assert len(unclean) >= 2, f"SIGKILL and the watchdog are to be told, found {len(unclean)}"


def misconfigured(machine, text, code, words):
    """One try, and the reason in `systemctl status`."""
    good = machine.read(CONFIG)
    machine.write(CONFIG, text(good), 0o640)
    machine.run("systemctl", "stop", "breakwatchd")
    machine.run("systemctl", "reset-failed", "breakwatchd")
    failed = subprocess.run(machine.command("systemctl", "start", "breakwatchd"), capture_output=True, text=True)
    assert failed.returncode != 0
    subprocess.run(["sleep", "7"], check=True)          # RestartSec is 5
    unit = machine.unit("ActiveState", "NRestarts", "ExecMainStatus", "StatusText")
    assert (unit["ActiveState"], unit["NRestarts"], unit["ExecMainStatus"]) == ("failed", "0", str(code)), unit
    status = machine.ask("systemctl", "status", "--no-pager", "-l", "breakwatchd")
    for word in words:
        assert word in status, f"not in systemctl status: {word}\n{status}"
    machine.write(CONFIG, good, 0o640)
    machine.run("systemctl", "start", "breakwatchd")
    wait_active(machine, "running once it is mended")


def missing_interface(machine):
    """It may come later: tried again every five seconds, and status says what it waits for."""
    machine.run("systemctl", "stop", "breakwatchd")
    machine.run("ip", "link", "del", "eth1")
    subprocess.run(machine.command("systemctl", "start", "breakwatchd"), capture_output=True)
    wait_for("a second try", lambda: int(machine.unit("NRestarts")["NRestarts"]) >= 1, 30, every=0.3)
    wait_for("status says why", lambda: "capture eth1: no such interface" in machine.ask("systemctl", "status", "--no-pager", "-l",
                                                                                        "breakwatchd"), 30, every=0.3)
    machine.mirror_port()
    wait_active(machine, "running once the interface is there")


def body(machine: Machine):
    starts(machine)
    has_priorities(machine)
    reloads(machine)
    has_metrics(machine)
    comes_back(machine, signal.SIGKILL, "SIGKILL", 60)
    watchdog(machine)
    told_as_unclean(machine)
    misconfigured(machine, lambda good: good.replace("interface: eth1", "interfase: eth1"), 3, ["interfase", "breakwatch.yaml:"])
    misconfigured(machine, lambda good: good.replace("  responsible:", "# responsible:").replace("  notice_date:", "# notice_date:"), 4,
                  ["purpose.responsible: is not stated", "purpose.notice_date: is not stated"])
    missing_interface(machine)
    machine.run("systemctl", "stop", "breakwatchd")
    assert machine.unit("ExecMainStatus", "Result") == {"ExecMainStatus": "0", "Result": "success"}


if __name__ == "__main__":
    root_lab.test(body)
