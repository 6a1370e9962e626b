#!/usr/bin/env python3
"""Live: the seed case played at its own pace over a mirror port reaches a real rsyslogd by UDP and by TCP,
and the fields that rsyslogd's own parser splits out equal the incident's. What the mirror port gave is recorded beside it:
a replay of that gives the same incident."""
import json
import signal
import subprocess
import time

import lab
from lab import Lab, wait_for


def record(here):
    """tcpdump on the mirror port, with the kernel's own times, as the daemon has them."""
    recorder = here.start("tcpdump", "tcpdump", "-i", "mirror0", "-n", "-p", "-U", "--time-stamp-precision=nano", "-B", "16384",
                          "-Z", "root", "-w", here.work / "live.pcap", namespace=here.tap)
    wait_for("tcpdump listens", lambda: "listening on" in here.log("tcpdump"), 20)
    return recorder


def replayed(here):
    """The incidents of the recording, with the same configuration and feeds."""
    said = subprocess.run([lab.BUILD / "breakwatchd", "replay", "--config", here.work / "breakwatch.yaml", "--json",
                           here.work / "live.pcap"], capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    return [json.loads(line) for line in said.stdout.splitlines()]


def told_alike(live, replay):
    """All that the two say; apart what is made with the site's own key, and when it was raised."""
    apart = ("id", "subject", "raised_at", "seen", "state")
    known = [key for key in replay if key in live and key not in apart]
    assert {"platform", "confidence", "call", "duty", "binding", "coverage", "reasons", "gaps"} <= set(known), known
    for key in known:
        assert live[key] == replay[key], f"{key}: live {live[key]}, replay {replay[key]}"


def body(here: Lab):
    here.namespaces()
    here.start_siem()
    shift = time.time() + 2 - lab.CAPTURE_START
    here.write_case(shift, [("siem-udp", "udp"), ("siem-tcp", "tcp")])
    here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    here.call(shift, "1043", "7f1c-1071", lab.CALL_END - 900, lab.CALL_END - 91)
    recorder = record(here)
    played = here.play()
    alerts = wait_for("the alert, by UDP and by TCP", lambda: (lambda a: a if len(a) >= 2 else None)(here.received("BW-1001")), 150)
    assert played.wait(timeout=120) == 0, "tcpreplay: " + here.log("tcpreplay")
    time.sleep(8)

    incidents = here.incidents()
    assert len(incidents) == 1, f"one incident expected, got {incidents}"
    incident = incidents[0]
    alerts = here.received("BW-1001")
    assert len(alerts) == 2, f"one alert a sink expected, got {len(alerts)}"
    assert {alert["hostname"] for alert in alerts} == {"bw-siem-udp", "bw-siem-tcp"}
    for alert in alerts:
        fields = here.fields(alert)
        assert fields["id"] == incident["id"], (fields, incident)
        assert fields["plat"] == "x" == incident["platform"]
        assert fields["subj"] == incident["subject"]
        assert incident["call"]["id"] in fields["call"]
        assert "1042" not in str(alert), "a staff id in an alert"
    first = incident["findings"][0]["at"]
    import datetime
    at = datetime.datetime.fromisoformat(first.replace("Z", "+00:00")).timestamp()
    late = at - (lab.POST + shift)
    assert abs(late) < 4, f"finding {late:.3f} s from the label"
    recorder.send_signal(signal.SIGINT)
    recorder.wait(timeout=20)
    again = replayed(here)
    assert len(again) == 1, f"live one incident, its replay {again}"
    told_alike(incident, again[0])
    print(f"incident {incident['id']}, live and replayed alike: finding {late:+.3f} s from the label (tcpreplay's start included)")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "tcpdump", "ss", "sysctl")
    lab.test(body)
