#!/usr/bin/env python3
"""What the service manager's watchdog is told: of life while the interface is away and while the link is quiet, and nothing while
the store's thread hangs (another program holds the database), though the main thread runs on."""
import os
import socket
import sqlite3
import time

import lab
from lab import Lab, wait_for

WATCHDOG = 2.0


class Manager:
    """Stands for systemd: sd_notify(3) messages, by the time of their arrival."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.setblocking(False)
        path.chmod(0o666)
        self.environment = {**os.environ, "NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": str(int(WATCHDOG * 1e6))}

    def pats(self, seconds):
        """How often life was told in so many seconds from now on."""
        self.forget()
        time.sleep(seconds)
        return self.forget()

    def longest_silence(self, seconds):
        """Between two signs of life in so many seconds from now on."""
        longest, heard, end = 0.0, time.monotonic(), time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            if self.forget() > 0:
                heard = now
            longest = max(longest, now - heard)
            time.sleep(0.05)
        return longest

    def forget(self):
        pats = 0
        while True:
            try:
                pats += self.socket.recv(4096).count(b"WATCHDOG=1")
            except BlockingIOError:
                return pats


def body(here: Lab):
    here.namespaces()
    here.start_siem()
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "tcp")])
    here.work.chmod(0o755)
    manager = Manager(here.work / "notify")
    daemon = here.start_daemon(env=manager.environment)
    assert manager.pats(3 * WATCHDOG) >= 3, "no life is told on a quiet link"

    lab.run("ip", "-n", here.gateway, "link", "del", "port2")
    wait_for("the interface is away", lambda: not here.status()["capture"]["up"], 30)
    assert manager.pats(3 * WATCHDOG) >= 3, "no life is told while the interface is away"
    here.cable("mirror0", here.tap, "port2")
    # What is told of its return is stored before the store is held up: its own wait would end in the middle.
    wait_for("the interface is back", lambda: here.health("capture:mirror0", "capture is open"), 30)

    other = sqlite3.connect(here.work / "state/breakwatch.db", timeout=10, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    roster = here.work / "roster.csv"
    roster.write_text(roster.read_text().replace("agent_id,", "agentid,", 1))
    daemon.send_signal(1)
    wait_for("the store is given something to write", lambda: "the last good state stays" in here.log("breakwatchd"), 20)
    # Each time that it gives up waiting, after five seconds, the thread has moved.
    written = (here.work / "run/status.json").stat().st_mtime
    silent = manager.longest_silence(5 * WATCHDOG)
    assert silent > 1.5 * WATCHDOG, f"life was told each {silent:.1f} s while the store's thread hung"
    assert (here.work / "run/status.json").stat().st_mtime > written, "the main thread hung as well"
    other.execute("ROLLBACK")
    wait_for("life is told again", lambda: manager.forget() > 0, 20)
    wait_for("what waited is stored and told", lambda: here.health("people", "the last good state stays"), 30)
    print("life is told by all threads or not at all")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "ss", "sysctl")
    lab.test(body)
