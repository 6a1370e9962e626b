#!/usr/bin/env python3
"""The interface vanishes and returns while the daemon runs: the SIEM hears of both, and packets are seen again."""
import time

import lab
from lab import Lab, wait_for


def packets(here):
    return here.status().get("capture", {}).get("packets", 0)


def body(here: Lab):
    here.apart = None  # the interface that is recorded goes away
    here.namespaces()
    here.start_siem()
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "tcp")])
    daemon = here.start_daemon()
    here.play()
    wait_for("packets are seen", lambda: packets(here) > 0, 30)

    lab.run("ip", "-n", here.gateway, "link", "del", "port2")
    gone = wait_for("the SIEM hears that the interface has gone", lambda: here.health("capture:mirror0", "feed down"), 30)[0]
    assert here.fields(gone)["code"] == "BW-3001", gone
    wait_for("the status says so", lambda: not here.status()["capture"]["up"], 20)
    before = packets(here)

    here.cable("mirror0", here.tap, "port2")
    wait_for("the SIEM hears that it is back", lambda: here.health("capture:mirror0", "feed back"), 60)
    wait_for("packets are seen again", lambda: packets(here) > before, 60)
    assert daemon.poll() is None
    print(gone["msg"])


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
