#!/usr/bin/env python3
"""SIGHUP with a bad roster or bad rules: the old ones stay in force, the SIEM hears what is wrong and where; then good ones."""
import time

import lab
from lab import Lab, wait_for

RULES = "version: 1\nrules:\n  - id: post-after-call\n    kind: post_after_call\n"


def body(here: Lab):
    here.namespaces()
    here.start_siem()
    (here.work / "rules.yaml").write_text(RULES)
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "tcp")], extra="rules: rules.yaml\n")
    daemon = here.start_daemon()
    roster, rules = here.work / "roster.csv", here.work / "rules.yaml"
    good = roster.read_text()
    people = next(f for f in here.status()["feeds"] if f["name"] == "people")["taken"]

    roster.write_text(good.replace("agent_id,", "agentid,", 1))
    daemon.send_signal(1)
    told = wait_for("the SIEM hears of the roster", lambda: here.health("people", "the last good state stays"), 30)[0]
    assert "roster.csv:1" in told["msg"] and "agentid" in told["msg"], told["msg"]
    now = wait_for("status", lambda: [f for f in here.status()["feeds"] if f["name"] == "people" and f["refused"]], 10)[0]
    assert now["taken"] == people, f"{now['taken']} in force, {people} before"

    roster.write_text(good)
    daemon.send_signal(1)
    wait_for("the roster is read again", lambda: here.health("people", "read again"), 30)

    rules.write_text(RULES.replace("post_after_call\n", "post_after_cal\n"))
    daemon.send_signal(1)
    told = wait_for("the SIEM hears of the rules", lambda: here.health("tables", "the last good state stays"), 30)[0]
    assert "rules.yaml:4:11" in told["msg"] and "did you mean 'post_after_call'?" in told["msg"], told["msg"]

    rules.write_text(RULES)
    daemon.send_signal(1)
    wait_for("the rules are read again", lambda: here.health("tables", "read again"), 30)
    assert daemon.poll() is None
    print(told["msg"])


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "ss", "sysctl")
    lab.test(body)
