#!/usr/bin/env python3
"""A start with a clock 200 days ahead deletes nothing, tells the SIEM that retention waits and what is at stake, and goes on so over
restarts; set right, nothing was lost. Once the same clock has been kept for the stated time, what is too old is deleted, and told."""
import signal
import sqlite3
import time

import busy_lab
import lab
from clock_is_set import off_by
from lab import Lab, wait_for

AHEAD = 200 * 86_400


def restarted(here, busy, offset, seconds):
    busy.daemon.send_signal(signal.SIGTERM)
    assert busy.daemon.wait(timeout=30) == 0
    offset.write_text(f"+{seconds}\n")
    before = len(here.received("BW-9002"))
    busy.daemon = busy.start_daemon()
    wait_for("the SIEM hears of the start", lambda: len(here.received("BW-9002")) > before, 30)
    time.sleep(3)


def told(here, words):
    return [e for e in here.received("BW-3008") if words in e["msg"] and e["hostname"] == "bw-siem"]


def body(here: Lab):
    offset = here.work / "offset"
    offset.write_text("+0\n")
    busy = busy_lab.Busy(here, pairs=1, under=off_by(offset))
    while busy.going_on():
        time.sleep(0.5)
    busy.finish()
    known = sorted(incident["id"] for incident in here.incidents())

    restarted(here, busy, offset, AHEAD)
    waits = wait_for("the SIEM hears that retention waits", lambda: told(here, "nothing is deleted"), 20)
    assert len(waits) == 1 and here.fields(waits[0])["count"] == "2" and "4800 h" in waits[0]["msg"], waits
    restarted(here, busy, offset, AHEAD)
    assert "since an earlier start" in told(here, "nothing is deleted")[1]["msg"], "the doubt ends with a restart"
    assert sorted(i["id"] for i in here.incidents()) == known and not told(here, "were deleted")
    restarted(here, busy, offset, 0)
    assert sorted(i["id"] for i in here.incidents()) == known and not told(here, "were deleted")

    restarted(here, busy, offset, AHEAD)
    busy.daemon.send_signal(signal.SIGTERM)
    assert busy.daemon.wait(timeout=30) == 0
    with sqlite3.connect(here.work / "state/breakwatch.db") as database:
        owed = database.execute("SELECT value FROM meta WHERE key = 'clock-owed'").fetchone()[0]
        assert 0 < owed <= 86_400 * 10**9, owed
        database.execute("UPDATE meta SET value = 1 WHERE key = 'clock-owed'")  # a day of running
    database.close()
    busy.daemon = busy.start_daemon()
    gone = wait_for("the SIEM hears what was deleted", lambda: told(here, "were deleted"), 20)
    assert here.fields(gone[0])["count"] == "2" and not here.incidents(), gone
    here.apart = None  # nothing is left to compare
    lab.run(lab.BUILD / "breakwatch", "verify", "--state", here.work / "state")
    print(f"{AHEAD // 86_400} days ahead: {waits[0]['msg']}")


if __name__ == "__main__":
    lab.need(*busy_lab.NEEDED)
    lab.test(body)
