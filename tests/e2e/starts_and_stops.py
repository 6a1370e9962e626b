#!/usr/bin/env python3
"""The SIEM hears of the daemon's start and end, and of a run that was killed; a second daemon on the same store refuses
while the operator's tool works; SIGHUP tells of a main configuration that was changed or broken."""
import hashlib
import signal
import subprocess
import time

import lab
from lab import Lab, wait_for


def events(here, code, count=1):
    """Of different sequence numbers: what was sent when a run was killed, and not yet marked, is sent once more."""
    def told():
        by_sequence = {here.fields(event)["seq"]: event for event in here.received(code)}
        return list(by_sequence.values()) if len(by_sequence) >= count else None
    return wait_for(f"{count} times {code}", told, 30)


def second_refuses(here, first):
    second = subprocess.run(["ip", "netns", "exec", here.tap, lab.BUILD / "breakwatchd", "run", "--config",
                             here.work / "breakwatch.yaml", "--user", "no-such-user"], capture_output=True, text=True, timeout=60)
    assert second.returncode == 1, (second.returncode, second.stderr)
    assert f"another breakwatchd (process {first.pid}) works on {here.work}/state" in second.stderr, second.stderr
    replayed = subprocess.run([lab.BUILD / "breakwatchd", "replay", "--config", lab.CASE / "breakwatch.yaml", "--state",
                               here.work / "state", lab.CASE / "capture.pcap"], capture_output=True, text=True, timeout=60)
    assert replayed.returncode == 1 and "another breakwatchd" in replayed.stderr, replayed.stderr
    assert here.incidents() == []                       # the operator's tool, at the same time
    assert first.poll() is None


def configuration_told(here, daemon):
    file = here.work / "breakwatch.yaml"
    good = file.read_text()
    file.write_text(good.replace("heartbeat: 2s", "heartbeat: 3s"))
    daemon.send_signal(signal.SIGHUP)
    told = wait_for("the change is told", lambda: here.health("configuration", "needs a restart"), 30)[0]
    assert "syslog[0].heartbeat" in told["msg"] and here.fields(told)["code"] == "BW-3003", told
    file.write_text(good + "sislog: []\n")
    daemon.send_signal(signal.SIGHUP)
    told = wait_for("the broken file is told", lambda: here.health("configuration", "the next start would be refused"), 30)[0]
    line = good.count("\n") + 1
    assert f"breakwatch.yaml:{line}:1: sislog" in told["msg"], told
    file.write_text(good)
    daemon.send_signal(signal.SIGHUP)
    wait_for("the good file is told", lambda: here.health("configuration", "says again what is in force"), 30)


def body(here: Lab):
    here.namespaces()
    here.start_siem()
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "tcp")])
    first = here.start_daemon()
    digest = hashlib.sha256((here.work / "breakwatch.yaml").read_bytes()).hexdigest()
    started = here.fields(events(here, "BW-9002")[0])
    assert (started["config"], started["unclean"]) == (digest, "0"), started
    second_refuses(here, first)
    configuration_told(here, first)

    first.terminate()
    assert first.wait(timeout=30) == 0
    stopped = events(here, "BW-9003")                   # before it ended: nobody else sends it
    assert here.fields(stopped[0])["why"] == "SIGTERM", stopped

    second = here.start_daemon()
    assert here.fields(events(here, "BW-9002", 2)[1])["unclean"] == "0"
    second.kill()
    second.wait(timeout=30)
    here.start_daemon()
    third = events(here, "BW-9002", 3)[2]
    assert here.fields(third)["unclean"] == "1" and "did not end properly" in third["msg"], third
    assert here.sequences() == sorted(here.sequences())
    print(third["msg"])


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "ss", "sysctl")
    lab.test(body)
