#!/usr/bin/env python3
"""SIGKILL while the SIEM is down: after both come back the alert arrives, stands once in the store, and carries its first
sequence number."""
import signal
import time

import lab
from lab import Lab, wait_for


def body(here: Lab):
    here.namespaces()
    shift = time.time() + 2 - lab.CAPTURE_START
    here.write_case(shift, [("siem", "tcp")])
    daemon = here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    here.play()
    wait_for("an incident in the store", here.incidents, 150)
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()
    before = here.incidents()
    sequence = lab.run("sqlite3", here.work / "state/breakwatch.db",
                       "select min(sequence) from alerts where code = 'BW-1001'").strip()

    here.start_siem()
    here.start_daemon()
    alert = wait_for("the alert", lambda: here.received("BW-1001"), 60)[0]
    after = here.incidents()
    assert [i["id"] for i in after] == [i["id"] for i in before] and len(after) == 1, after
    fields = here.fields(alert)
    assert fields["id"] == after[0]["id"]
    assert fields["seq"] == sequence, f"sequence {fields['seq']}, first was {sequence}"
    print(f"incident {after[0]['id']} once, with sequence number {sequence}")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl", "sqlite3")
    lab.test(body)
