#!/usr/bin/env python3
"""A full disk and a late call: the call's end is told after the post, while the state directory has no room. The SIEM hears at
once that the store fails; the incident is kept, and stored and told when there is room again, once."""
import subprocess
import time

import lab
from lab import Lab, wait_for


def fill(state):
    """Takes all the room that is left."""
    with open(state / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"\0" * 4096)
        except OSError:
            pass
    return state / "filler"


def body(here: Lab):
    here.namespaces()
    state = here.work / "small"
    state.mkdir()
    lab.run("mount", "-t", "tmpfs", "-o", "size=4m,mode=0750", "tmpfs", state)
    here.callback(subprocess.run, ["umount", "-l", str(state)], capture_output=True)
    here.start_siem()
    shift = time.time() + 2 - lab.CAPTURE_START
    here.write_case(shift, [("siem", "tcp")], state=state)
    daemon = here.start_daemon()
    assert here.play().wait(timeout=150) == 0
    time.sleep(12)
    assert not here.incidents(state), "an incident without a call"

    filler = fill(state)
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    failing = wait_for("the SIEM hears that the store fails", lambda: here.health("store", "cannot be written"), 60)[0]
    assert here.fields(failing)["code"] == "BW-3004", failing
    wait_for("the status says what waits", lambda: here.status()["waiting_for_store"] > 0, 20)
    wait_for("a heartbeat says it too",
             lambda: [e for e in here.received("BW-9001") if int(here.fields(e)["unstored"]) > 0], 20)
    time.sleep(5)
    assert not here.received("BW-1001"), "an alert that is not stored was sent"
    assert daemon.poll() is None

    filler.unlink()
    alert = wait_for("the alert, once there is room", lambda: here.received("BW-1001"), 60)[0]
    wait_for("the SIEM hears that the store works", lambda: here.health("store", "nothing was lost"), 30)
    found = here.incidents(state)
    assert [i["id"] for i in found] == [here.fields(alert)["id"]], found
    assert sorted(set(here.sequences())) == list(range(min(here.sequences()), max(here.sequences()) + 1))
    daemon.terminate()
    assert daemon.wait(timeout=30) == 0
    print(failing["msg"])


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl", "mount")
    lab.test(body)
