#!/usr/bin/env python3
"""Live: the seed case played at its own pace over a mirror port reaches a real rsyslogd by UDP and by TCP,
and the fields that rsyslogd's own parser splits out equal the incident's."""
import time

import lab
from lab import Lab, wait_for


def body(here: Lab):
    here.namespaces()
    here.start_siem()
    shift = time.time() + 2 - lab.CAPTURE_START
    here.write_case(shift, [("siem-udp", "udp"), ("siem-tcp", "tcp")])
    here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    here.call(shift, "1043", "7f1c-1071", lab.CALL_END - 900, lab.CALL_END - 91)
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
    late = at - here.came(lab.POST)
    assert abs(late) < 1, f"finding {late:.3f} s from the label"
    print(f"incident {incident['id']}: finding {late:+.3f} s from the label")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
