"""A post is seen, the daemon is ended and started again, and only then the call system tells of the call before the post: one
incident, as without the restart."""
import time

import lab
from lab import Lab, wait_for


def post_waits_over(here: Lab, how):
    here.namespaces()
    here.start_siem()
    here.apart += ("coverage", "volume", "gaps")  # the traffic of before is in no memory
    shift = time.time() + 2 - lab.CAPTURE_START
    here.write_case(shift, [("siem", "tcp")])
    daemon = here.start_daemon()
    played = here.play()
    held = wait_for("a post that waits for its call", lambda: here.status().get("engine", {}).get("pending_findings"), 180)
    assert held >= 1 and not here.incidents(), here.incidents()
    assert played.wait(timeout=120) == 0, "tcpreplay: " + here.log("tcpreplay")
    daemon.send_signal(how)
    daemon.wait(timeout=30)
    here.start_daemon()
    assert "RECALLED" in here.log("breakwatchd")
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    alert = wait_for("the alert", lambda: here.received("BW-1001"), 60)[0]
    time.sleep(3)
    incidents = here.incidents()
    assert len(incidents) == 1 and len(here.received("BW-1001")) == 1, incidents
    assert here.fields(alert)["id"] == incidents[0]["id"] and incidents[0]["platform"] == "x", incidents
    assert not here.health("memory", ""), here.health("memory", "")
    clear = (here.work / "state/breakwatch.db").read_bytes()
    assert b"02:1a:10" not in clear, "a device address stands in the clear"
    print(f"held {held}, incident {incidents[0]['id']} once, after {how.name}")
