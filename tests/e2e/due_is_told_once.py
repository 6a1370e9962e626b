#!/usr/bin/env python3
"""An answer is promised within seconds: the SIEM is reminded at 50, 80 and 100 % of the time, each once, though the daemon is killed
between them; of what was due long before the daemon ran there is one reminder, not one for each day."""
import datetime
import json
import signal
import time

import lab
from lab import Lab, wait_for


def body(here: Lab):
    here.apart = None

    def tool(*words):
        return lab.run(lab.BUILD / "breakwatch", *words, "--state", here.state)

    def reminders(basis):
        return [int(f["passed"]) for f in map(here.fields, here.received("BW-5001")) if f["basis"] == basis]

    here.namespaces()
    here.start_siem()
    # An incident of days ago, of the bundled case.
    lab.run(lab.BUILD / "breakwatchd", "replay", "--config", lab.CASE / "breakwatch.yaml", "--state", here.state, lab.CASE / "capture.pcap")
    [incident] = here.incidents()
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "tcp")],
                    extra="due:\n  triaged: 1h\n  owners: {triaged: security desk}\n  statutory: {closed: 365 days}\n")
    daemon = here.start_daemon()
    wait_for("what was due long ago", lambda: reminders("contractual"), 20)

    by = datetime.datetime.fromtimestamp(time.time() + 20, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    tool("promise", incident["id"], "--by", by, "--to", "customer C-17")
    wait_for("the promise is told", lambda: here.received("BW-4013"), 20)
    wait_for("half of the time", lambda: reminders("promise"), 20)
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()
    here.start_daemon()
    wait_for("all of the time", lambda: 100 in reminders("promise"), 40)
    time.sleep(2)
    told = reminders("promise")
    # While it was down the 80 % may have gone by with the 100 %.
    assert told in ([50, 80, 100], [50, 100]), told
    assert reminders("contractual") == [100], reminders("contractual")
    assert not reminders("statutory"), "months are left"
    due = json.loads(tool("due", "--json"))
    assert [(d["basis"], d["overdue"]) for d in due] == [("contractual", True), ("promise", True), ("statutory", False)], due
    print(tool("due"), end="")

    tool("state", incident["id"], "answered", "--reason", "answered by letter")
    assert [d["basis"] for d in json.loads(tool("due", "--json"))] == ["statutory"]
    tool("verify")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "ss", "sysctl")
    lab.test(body)
