#!/usr/bin/env python3
"""SIGHUP with a bad roster or bad rules: the old ones stay in force, the SIEM hears what is wrong and where; then good ones. And
over a post that is under way: one that changes nothing, then other rules, then another catalogue; the post is found."""
import pathlib
import time

import lab
from lab import Lab, wait_for

SHIPPED = pathlib.Path(__file__).parent.parent.parent / "policy" / "platforms.yaml"
ANOTHER = "platforms:\n  aaa-another:\n    hosts:\n      - {host: api.another.example, role: api}\n"
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
    daemon.terminate()
    daemon.wait(timeout=30)


def over_a_post(here: Lab):
    here.apart += ("confidence", "findings", "reasons", "gaps")  # another catalogue: the device's habits are learnt anew
    here.namespaces()
    here.start_siem()
    (here.work / "rules.yaml").write_text(RULES)
    platforms = here.work / "platforms.yaml"
    platforms.write_text(SHIPPED.read_text())
    shift = time.time() + 2 - lab.CAPTURE_START
    here.write_case(shift, [("siem", "tcp")], extra="rules: rules.yaml\nplatforms: platforms.yaml\n")
    daemon = here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    here.call(shift, "1043", "7f1c-1071", lab.CALL_END - 900, lab.CALL_END - 91)
    played = here.play()

    def reload(before_post, word):
        time.sleep(max(0, lab.POST + shift - before_post - time.time()))
        flows = here.status()["capture"]["flows"]
        daemon.send_signal(1)
        wait_for(word, lambda: word in here.log("breakwatchd"), 10)
        time.sleep(2.5)  # past the next status
        assert here.status()["capture"]["flows"] >= flows - 5, f"{flows} flows before, {here.status()['capture']['flows']} after"

    reload(33, "RELOAD")
    assert "TABLES" not in here.log("breakwatchd"), "nothing was changed, and something was replaced"
    (here.work / "rules.yaml").write_text(RULES + "    description: the same\n")
    reload(24, "TABLES platforms=same detector=same rules=new")
    # Its platforms' and rows' numbers are others.
    platforms.write_text(SHIPPED.read_text().replace("\nplatforms:\n", "\n" + ANOTHER, 1))
    reload(15, "TABLES platforms=new detector=same rules=same")
    assert played.wait(timeout=150) == 0, "tcpreplay: " + here.log("tcpreplay")
    found = wait_for("the post over three reloads", here.incidents, 60)
    assert len(found) == 1 and found[0]["platform"] == "x", found
    print(f"over a post: incident {found[0]['id']}")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
    lab.test(over_a_post)
