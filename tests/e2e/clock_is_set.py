#!/usr/bin/env python3
"""Live: the daemon starts with a clock that is an hour ahead (libfaketime), which is then set right. The daemon ends with
its own status, which its unit restarts; started again it tells the SIEM why, and a post after that is alerted on, joined
with a call that was told before. A clock that is set forward ends it the same way."""
import os
import pathlib
import time

import lab
from lab import Lab, wait_for


def off_by(offset_file):
    """The command under which a program's wall clock is off by what the file says; its other clocks are left alone."""
    library = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if library is None:
        lab.skip("no libfaketime")
    return ("env", f"LD_PRELOAD={library}", f"FAKETIME_TIMESTAMP_FILE={offset_file}", "FAKETIME_NO_CACHE=1",
            "DONT_FAKE_MONOTONIC=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",  # by its old and its new name
            "ASAN_OPTIONS=" + ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"])))


def body(here: Lab):
    offset = here.work / "offset"
    offset.write_text("+3600\n")
    under = off_by(offset)
    here.namespaces()
    here.start_siem()
    shift = time.time() + 12 - lab.CAPTURE_START
    here.write_case(shift, [("siem", "tcp")])
    daemon = here.start_daemon(under=under)
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    ahead = wait_for("a heartbeat of the wrong hour", lambda: here.received("BW-9001"), 30)[-1]["timestamp"]
    time.sleep(3)  # ticks of the wrong hour
    offset.write_text("+0\n")
    assert daemon.wait(timeout=30) == 6, here.log("breakwatchd")
    unit = (lab.SOURCE / "systemd/breakwatchd.service").read_text().splitlines()
    assert "Restart=on-failure" in unit and "RestartPreventExitStatus=2 3 4" in unit
    daemon = here.start_daemon(under=under)
    told = wait_for("the clock that was set back, at the SIEM", lambda: here.health("clock", "set back"), 30)
    assert "set back by 1 h" in told[0]["msg"] or "59 min" in told[0]["msg"], told
    wait_for("a heartbeat of the right hour", lambda: here.received("BW-9001")[-1]["timestamp"] < ahead, 30)

    time.sleep(max(0.0, lab.CAPTURE_START + shift - time.time()))
    played = here.play()
    wait_for("the alert", lambda: here.received("BW-1001"), 150)
    assert played.wait(timeout=120) == 0, "tcpreplay: " + here.log("tcpreplay")
    incidents = here.incidents()
    assert len(incidents) == 1 and incidents[0]["platform"] == "x", incidents
    assert len(here.health("clock", "set back")) == 1, here.health("clock", "set back")

    offset.write_text("+7200\n")
    assert daemon.wait(timeout=30) == 6, here.log("breakwatchd")
    offset.write_text("+0\n")
    here.start_daemon(under=under)
    wait_for("the clock that was set forward, at the SIEM", lambda: here.health("clock", "set forward"), 30)
    assert len(here.incidents()) == 1, here.incidents()
    print(told[0]["msg"])


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
