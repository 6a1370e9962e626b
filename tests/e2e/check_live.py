#!/usr/bin/env python3
"""breakwatchd check --live on a mirror of the seed case: as it is, one direction of it, and an interface without packets;
the running daemon tells the SIEM within three minutes that no packet came, and that one direction is seen."""
import json
import subprocess
import time

import lab
from lab import Lab, wait_for


def look(here, seconds, filter_=""):
    config = here.work / "breakwatch.yaml"
    text = config.read_text().replace("interface: mirror0\n", f"interface: mirror0\n  filter: \"{filter_}\"\n")
    seen = here.work / f"look-{len(filter_)}.yaml"
    seen.write_text(text)
    return subprocess.Popen(["ip", "netns", "exec", here.tap, str(lab.BUILD / "breakwatchd"), "check", "--live", "--json", "--config", str(seen),
                             "--seconds", str(seconds)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def told(process):
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    survey = json.loads(out)
    return survey, {each["spot"] for each in survey["to_change"]} - {"clock"}


def body(here: Lab):
    here.apart = None  # no daemon
    here.namespaces()
    for space in (here.phones, here.gateway, here.tap):  # the hosts' own IPv6 chatter would be packets
        subprocess.run(["ip", "netns", "exec", space, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1"], check=True)
    time.sleep(2)
    here.start_siem()
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "tcp")])
    silent, spots = told(look(here, 2))
    assert spots == {"silent"} and silent["packets"] == 0, (silent, spots)

    here.start_daemon()
    started = time.time()
    event = wait_for("the SIEM hears that no packet came", lambda: here.health("capture:mirror0", "not a single packet"), 180)[0]
    assert here.fields(event)["code"] == "BW-3006", event
    print(f"told after {time.time() - started:.0f} s: {event['msg']}")
    wait_for("status says so too", lambda: any("not a single packet" in each for each in here.status()["blind"]), 20)
    done = subprocess.run([str(lab.BUILD / "breakwatch"), "status", "--runtime", str(here.work / "run")], capture_output=True, text=True)
    assert "nothing is wrong" not in done.stdout and "not a single packet" in done.stdout, done.stdout

    whole, one_way = look(here, 75), look(here, 75, "not src port 443")
    here.play()
    survey, spots = told(whole)
    assert not spots and survey["to_servers"] > 100 < survey["from_servers"] and survey["enrolled_seen"] == 3, (survey, spots)
    survey, spots = told(one_way)
    assert "one_way" in spots, (survey, spots)
    wait_for("the SIEM hears that packets come", lambda: here.health("capture:mirror0", "over after"), 60)


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
