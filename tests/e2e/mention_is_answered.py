#!/usr/bin/env python3
"""Somebody saw the seed case's post: by an export and by a complaint at the desk the SIEM hears how many it could have been, and of
the one who stands out; the list is opened on record; a kill and a restart answer nothing twice and lose nothing."""
import datetime
import json
import shutil
import signal
import time

import lab
from lab import Lab, wait_for

REASON = "complaint by phone, case 2026-118"


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Desk:
    def __init__(self, here):
        self.here = here

    def tool(self, *arguments):
        return lab.run(lab.BUILD / "breakwatch", *arguments, "--state", self.here.state)

    def complain(self, reference, seconds, *more):
        self.tool("mention", "--platform", "x", "--at", moment(seconds), "--ref", reference, "--reason", REASON, *more)

    def answers(self, reference):
        return [e for e in self.here.received("BW-2004") if self.here.fields(e)["ref"] == reference]

    def answer(self, reference):
        wait_for(f"the answer to {reference}", lambda: self.answers(reference), 90)
        return self.here.fields(self.answers(reference)[-1])


def corroborated(here):
    return [e for e in here.received("BW-1001") if here.fields(e)["rule"] == "mention-after-call"]


def body(here: Lab):
    here.namespaces()
    here.start_siem()
    desk = Desk(here)
    shift = time.time() + 2 - lab.CAPTURE_START
    shutil.copy(lab.SOURCE / "tests/replay/seed-mention/rules.yaml", here.work)
    here.write_case(shift, [("siem", "tcp")],
                    extra="rules: rules.yaml\nmentions:\n  - {name: listening, kind: csv-file, path: mentions.csv, within: 10s}\n")
    export = here.work / "mentions.csv"
    export.write_text("platform,at,reference,contact,text\n")
    daemon = here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    here.call(shift, "1043", "7f1c-1071", lab.CALL_END - 900, lab.CALL_END - 91)
    seen = lab.POST + shift + 5
    played = here.play()
    wait_for("the alert of the traffic alone", lambda: here.received("BW-1001"), 150)
    assert played.wait(timeout=120) == 0, "tcpreplay: " + here.log("tcpreplay")

    with export.open("a") as file:
        file.write(f'x,{moment(seen)},189,7f1c-1077,"did you call support today?"\n')
    told = desk.answer("listening/189")
    assert told["people"] >= "1" and float(told["share"]) > 0.9 and "subj" not in told, told
    wait_for("the corroborated incident", lambda: corroborated(here), 20)
    alert = corroborated(here)[0]
    assert here.fields(alert)["tier"] == "corroborated" and "1042" not in str(alert), alert

    desk.complain("C-17", seen, "--within", "10s", "--contact", "7f1c-1077")
    told = desk.answer("operator/C-17")
    assert float(told["share"]) > 0.9, told
    assert here.received("BW-4002"), "that somebody entered a mention"
    opened = json.loads(desk.tool("mentions", "C-17", "--reason", REASON, "--json"))
    assert opened[0]["subject"] == here.fields(alert)["subj"], (opened, alert)
    wait_for("that the list was opened", lambda: here.received("BW-4001"), 20)

    daemon.send_signal(signal.SIGKILL)
    daemon.wait()
    answered = len(here.received("BW-2004"))
    here.start_daemon()
    desk.complain("C-18", seen, "--within", "12s", "--contact", "7f1c-1077")  # of a post before the kill
    told = desk.answer("operator/C-18")
    assert float(told["share"]) > 0.9, told
    desk.complain("C-19", seen - 3600)  # nothing was watched then
    assert "share" not in desk.answer("operator/C-19")
    assert "nothing can be said" in desk.answers("operator/C-19")[-1]["msg"]
    time.sleep(3)
    assert len(here.received("BW-2004")) == answered + 2, "what was answered before the kill is answered again"
    incidents = {i["rule"]: i for i in here.incidents()}
    assert sorted(incidents) == ["mention-after-call", "post-after-call"], incidents
    assert incidents["mention-after-call"]["finding_count"] == 1, incidents["mention-after-call"]
    print(desk.tool("mentions"))


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
