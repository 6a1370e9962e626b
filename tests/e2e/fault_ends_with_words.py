#!/usr/bin/env python3
"""Memory is refused to the store's thread, to the capture's, to the main one: the daemon stores what is owed, ends with words and with status
7, which its unit restarts; the next run tells the SIEM what happened, and what was owed."""
import time

import lab
from faults_lab import Faults
from lab import Lab, wait_for


def ended(here, daemon, where):
    assert daemon.wait(timeout=30) == 7, f"status {daemon.returncode}: {here.log('breakwatchd')[-2000:]}"
    words = [line for line in here.log("breakwatchd").splitlines() if "FAULT" in line][-1]
    assert f'where="{where}"' in words and "bad_alloc" in words, words


def told_of(here, where):
    return wait_for(f"the SIEM hears of the {where}", lambda: [e for e in here.received("BW-9003") if "cannot go on: " + where in e["msg"]], 60)[0]


def body(here: Lab):
    faults = Faults(here.work)
    here.namespaces()
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "tcp")])
    roster = here.work / "roster.csv"
    good = roster.read_text()

    daemon = here.start_daemon(under=faults.under)
    faults.arm("memory_store", "ENOMEM", times=1_000_000)
    roster.write_text(good.replace("agent_id,", "agentid,", 1))
    daemon.send_signal(1)
    wait_for("memory is refused to the store's thread", lambda: faults.failed("memory_store"), 20)
    time.sleep(0.2)
    faults.disarm("memory_store")
    ended(here, daemon, "store thread")
    roster.write_text(good)

    daemon = here.start_daemon(under=faults.under)
    here.start_siem()
    told_of(here, "store thread")
    wait_for("what was owed when memory was refused", lambda: here.health("people", "the last good state stays"), 30)

    faults.arm("memory_capture", "ENOMEM", times=1)
    lab.run("ip", "netns", "exec", here.phones, "tcpreplay", "-q", "-t", "-i", "wlan0", lab.CASE / "capture.pcap")
    ended(here, daemon, "capture thread")
    daemon = here.start_daemon(under=faults.under)
    told_of(here, "capture thread")

    faults.arm("memory_main", "ENOMEM", times=1)
    ended(here, daemon, "main thread")
    here.start_daemon(under=faults.under)
    told_of(here, "main thread")
    unfinished = [e["msg"] for e in here.received("BW-9002") if "did not end properly" in e["msg"]]
    assert not unfinished, unfinished
    unit = (lab.SOURCE / "systemd/breakwatchd.service").read_text().splitlines()
    assert "Restart=on-failure" in unit and "RestartPreventExitStatus=2 3 4" in unit
    print("store, capture and main thread: status 7, what was owed was told by the next run")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
