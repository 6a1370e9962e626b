#!/usr/bin/env python3
"""A database in which a table is missing for a while, so that statements cannot even be compiled: the daemon lives, the SIEM hears
that the store fails, and what happened meanwhile is stored once it works again."""
import sqlite3
import time

import lab
from lab import Lab, wait_for


def rename(here, old, new):
    with sqlite3.connect(here.work / "state/breakwatch.db", timeout=10) as database:
        database.execute(f"ALTER TABLE {old} RENAME TO {new}")
    database.close()


def body(here: Lab):
    here.namespaces()
    here.start_siem()
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "tcp")])
    daemon = here.start_daemon()
    wait_for("the SIEM hears of the start", lambda: here.received("BW-9002"), 30)
    rename(here, "alerts", "elsewhere")

    roster = here.work / "roster.csv"
    roster.write_text(roster.read_text().replace("agent_id,", "agentid,", 1))
    daemon.send_signal(1)
    told = wait_for("the SIEM hears that the store fails", lambda: here.health("store", "cannot be written"), 30)[0]
    assert "no such table" in told["msg"], told["msg"]
    time.sleep(5)
    assert daemon.poll() is None, f"ended with status {daemon.poll()}"
    assert not here.health("people", "the last good state stays"), "what is not stored was sent"

    rename(here, "elsewhere", "alerts")
    wait_for("what happened meanwhile", lambda: here.health("people", "the last good state stays"), 30)
    wait_for("the SIEM hears that the store works", lambda: here.health("store", "nothing was lost"), 30)
    assert daemon.poll() is None
    daemon.terminate()
    assert daemon.wait(timeout=30) == 0
    print(told["msg"])


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "ss", "sysctl")
    lab.test(body)
