#!/usr/bin/env python3
"""A reviewer's morning on the bundled case: the list opens nobody, a verdict is told to the SIEM and is in the status; the daemon is
killed, the verdict is read back and corrected without it, and the next run tells that too."""
import json
import signal
import time

import lab
from lab import Lab, wait_for


def body(here: Lab):
    def tool(*words):
        return lab.run(lab.BUILD / "breakwatch", *words, "--state", here.state)

    def listed():
        return json.loads(tool("review", "--json"))["incidents"]

    def told():
        return [here.fields(e) for e in here.received("BW-4003")]

    here.namespaces()
    here.start_siem()
    shift = time.time() + 2 - lab.CAPTURE_START
    here.write_case(shift, [("siem", "tcp")])
    daemon = here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    here.play()
    alert = here.fields(wait_for("the alert", lambda: here.received("BW-1001"), 150)[0])
    table = tool("review")
    print(table, end="")
    assert alert["id"] in table and alert["subj"] not in table and "1077" not in table, table
    [row] = listed()
    assert row["state"] == "alerted" and row["verdict"] is None, row

    tool("review", row["id"], "--verdict", "true")
    wait_for("the SIEM hears of the verdict", lambda: told(), 20)
    figures = wait_for("the figures in the status", lambda: here.status().get("verdicts"), 30)
    assert (figures[0]["rule"], figures[0]["true"], figures[0]["precision"]) == ("post-after-call", 1, 1), figures

    daemon.send_signal(signal.SIGKILL)
    daemon.wait()
    assert listed()[0]["verdict"] == "true", listed()
    tool("review", row["id"], "--verdict", "false", "--note-ref", "HR-311")
    here.start_daemon()
    wait_for("the SIEM hears of the correction", lambda: len(told()) == 2, 60)
    assert [(t["verdict"], t.get("before"), t.get("ticket")) for t in told()] == [("true", None, None), ("false", "true", "HR-311")], told()
    wait_for("the corrected figures", lambda: [v["false"] for v in here.status().get("verdicts", [])] == [1], 30)
    assert listed()[0]["verdict"] == "false" and listed()[0]["ticket"] == "HR-311", listed()
    assert "verdict true" in tool("show", row["id"]), "the verdict before stays on record"
    tool("verify")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
