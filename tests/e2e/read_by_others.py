#!/usr/bin/env python3
"""Who may read the state directory but not write there reads the store while the daemon writes it, after it was killed
and after it ended; but opens no identity. Whoever may, opens it beside the running daemon, and the SIEM is told."""
import json
import signal
import subprocess
import time

import lab
from lab import BUILD, Lab, wait_for

# Nobody, in the group that the daemon's files belong to (here root's own).
READER = ["setpriv", "--reuid=65534", "--regid=0", "--clear-groups"]


def tool(here, *words, reader=True, kind="--state", folder="state"):
    command = (READER if reader else []) + [str(BUILD / "breakwatch"), *words, kind, str(here.work / folder)]
    return subprocess.run(command, capture_output=True, text=True)


def one_incident(here):
    listed = tool(here, "incidents", "--ids")
    assert listed.returncode == 0, listed
    return listed.stdout.strip()


def reads_all(here, incident):
    listed = tool(here, "incidents", "--json")
    assert listed.returncode == 0, listed
    assert [each["id"] for each in json.loads(listed.stdout)] == [incident], listed.stdout
    verified = tool(here, "verify")
    assert verified.returncode == 0 and "INTACT" in verified.stdout, verified
    told = tool(here, "show", incident)
    assert told.returncode == 0 and "WHAT HAPPENED" in told.stdout, told
    page = tool(here, "report", incident, "-o", "-")
    assert page.returncode == 0 and "<svg" in page.stdout, (page.returncode, page.stderr, page.stdout[:200])
    assert "1042" not in told.stdout + page.stdout + listed.stdout, "a staff id is told"
    refused = tool(here, "show", "--staff", incident, "--reason", "complaint 2026-311")
    assert refused.returncode == 1 and "1042" not in refused.stdout + refused.stderr, refused
    assert "identity.key" in refused.stderr, refused


def body(here: Lab):
    here.namespaces()
    here.start_siem()
    shift = time.time() + 2 - lab.CAPTURE_START
    here.write_case(shift, [("siem", "tcp")])
    daemon = here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    status = wait_for("the status file", lambda: (here.work / "run/status.json").exists(), 20)
    assert status and tool(here, "incidents", "--ids").returncode == 0, "the store is not read before the first incident"
    here.play()
    incident = wait_for("an incident", lambda: one_incident(here), 150)
    reads_all(here, incident)
    told = tool(here, "status", kind="--runtime", folder="run")
    assert "mirror0, up" in told.stdout, told

    opened = tool(here, "show", "--staff", incident, "--reason", "complaint 2026-311", reader=False)
    assert opened.returncode == 0 and "1042" in opened.stdout, opened
    fields = here.fields(wait_for("the SIEM is told of the opening", lambda: here.received("BW-4001"), 60)[0])
    assert fields["id"] == incident, fields
    audit = tool(here, "audit")
    assert "complaint" in audit.stdout, audit

    daemon.send_signal(signal.SIGKILL)
    daemon.wait()
    reads_all(here, incident)
    daemon = here.start_daemon()
    wait_for("the daemon is ready again", lambda: here.log("breakwatchd").count("READY") == 2, 60)
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=30) == 0, "the daemon did not end well"
    assert not (here.work / "state/breakwatch.db-wal").exists(), "the log is left beside the store"
    reads_all(here, incident)
    print(f"incident {incident} read by a stranger to the daemon: running, killed, ended")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl", "setpriv")
    lab.test(body)
