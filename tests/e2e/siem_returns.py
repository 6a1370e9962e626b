#!/usr/bin/env python3
"""The SIEM is not there at start, comes, is restarted in mid-stream, and is reached by TCP, UDP and its local socket: nothing
that was recorded is missed, each message keeps its number, and heartbeats carry the last one."""
import time

import lab
from lab import Lab, wait_for

SINKS = ("tcp", "udp", "local")


def reload_with(here, daemon, roster, word, count):
    """A roster that is refused, or read again: each is a health event. Waits until the daemon recorded it."""
    (here.work / "roster.csv").write_text(roster)
    before = here.status().get("last_sequence", 0)
    daemon.send_signal(1)
    wait_for(f"{word}: {count} more recorded", lambda: here.status().get("last_sequence", 0) >= before + count, 30)


def at_siem(here, sink):
    return sorted({int(here.fields(e)["seq"]) for e in here.received()
                   if e["hostname"] == f"bw-{sink}" and here.fields(e).get("code") != "BW-9001"})


def everything_arrived(here):
    last = here.status()["last_sequence"]
    return all(at_siem(here, sink) == list(range(1, last + 1)) for sink in SINKS)


def body(here: Lab):
    here.namespaces()
    here.write_case(time.time() - lab.CAPTURE_START, [(name, name) for name in SINKS])
    good = (here.work / "roster.csv").read_text()
    bad = good.replace("agent_id,", "agentid,", 1)
    daemon = here.start_daemon()
    reload_with(here, daemon, bad, "refused", 2)
    reload_with(here, daemon, good, "read again", 1)
    assert not here.received()

    siem = here.start_siem()
    wait_for("all of before, by each transport", lambda: everything_arrived(here), 90)

    siem.terminate()
    siem.wait()
    reload_with(here, daemon, bad, "refused", 1)
    wait_for("the age of what waits grows",
             lambda: any(sink["backlog"] > 0 and sink["oldest_s"] > 2 for sink in here.status()["sinks"]), 30)
    siem = here.start_siem()
    reload_with(here, daemon, good, "read again", 1)
    wait_for("all of the SIEM's absence, by each transport", lambda: everything_arrived(here), 90)

    last = here.status()["last_sequence"]
    wait_for("a heartbeat with the last number, by each transport",
             lambda: {e["hostname"] for e in here.received("BW-9001") if int(here.fields(e)["seq"]) == last}
             == {f"bw-{sink}" for sink in SINKS}, 30)
    for event in here.health("people", ""):
        assert "1042" not in event["msg"], "a staff id in a health event: " + event["msg"]
    print(f"{last} messages by each of {', '.join(SINKS)}")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "ss", "sysctl")
    lab.test(body)
