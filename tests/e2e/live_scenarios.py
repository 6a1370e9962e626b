#!/usr/bin/env python3
"""Live: variants of the seed case (during a call, off shift, not enrolled, another's call, a floor where devices are not allowed, ...), a
daemon each on one mirror port, all of the same play. Each daemon's incidents equal its replay's, and are as many as the
case's own replay has."""
import json
import re
import time
from datetime import datetime, timedelta, timezone

import lab
from lab import Lab, wait_for

REPLAY = lab.SOURCE / "tests/replay"
SAME_CAPTURE = "../seed-case/capture.pcap"
FLOOR = "zones:\n  - {zone: operator-floor, subnets: [10.77.0.0/24], devices_allowed: false}\n"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(?=Z?[\",\n])")


def later(text, shift):
    """Every time of day in it, moved; a roster's are in a zone without summer time."""
    def moved(match):
        whole = datetime.fromisoformat(match.group(0)).replace(tzinfo=timezone.utc) + timedelta(seconds=shift)
        return whole.strftime("%Y-%m-%dT%H:%M:%S") + (f".{whole.microsecond // 1000:03d}" if match.group(1) else "")
    return STAMP.sub(moved, text)


def cases():
    """Name, folder, and what is changed of its zones. One with mentions is e2e.mention_is_answered's: an export has its times in words."""
    same = [f.parent for f in sorted(REPLAY.glob("seed-*/captures")) if f.read_text().split() == [SAME_CAPTURE] and (f.parent / "calls.ndjson").exists()
            and not (f.parent / "mentions.csv").exists()]
    return ([(folder.name, folder, None) for folder in same] + [("floor", REPLAY / "zone-by-vlan", FLOOR)]
            + [(f"{count}-rings", REPLAY / "seed-case", None) for count in (2, 3)])


def rings(name):
    """How many rings its interface has."""
    return int(name.removesuffix("-rings")) if name.endswith("-rings") else 1


def write(here, name, folder, zones, shift):
    work = here.work / name
    work.mkdir()
    for file in folder.iterdir():
        if file.suffix in (".csv", ".ndjson", ".yaml"):
            text = file.read_text()
            (work / file.name).write_text(later(text, shift) if file.name in ("roster.csv", "calls.ndjson") else text)
    config = (work / "breakwatch.yaml").read_text()
    config = re.sub(r"(?m)^syslog:\n(?:[ ].*\n)*", "", config).replace("interface: eth1", f"interface: mirror0\n  rings: {rings(name)}\n  ring_mib: 16")
    if zones:
        config = re.sub(r"(?m)^zones:\n(?:[ ].*\n)*", zones, config)
    (work / "breakwatch.yaml").write_text(config + f"state_directory: {work}/state\nruntime_directory: {work}/run\n"
                                          "syslog:\n  - {name: siem, transport: udp, host: 127.0.0.1, port: 5514}\n")
    return work


def body(here: Lab):
    here.apart = None  # each daemon's by itself, below
    here.namespaces()
    shift = round(time.time()) + 15 - int(lab.CAPTURE_START)
    works = {name: write(here, name, folder, zones, shift) for name, folder, zones in cases()}
    for name, work in works.items():
        here.start(name, lab.BUILD / "breakwatchd", "run", "--config", work / "breakwatch.yaml", "--user", "no-such-user", namespace=here.tap)
    for name in works:
        wait_for(f"{name} is ready", lambda: "READY" in here.log(name), 60)
    time.sleep(max(0.0, lab.CAPTURE_START + shift - time.time()))
    assert here.play().wait(timeout=150) == 0
    time.sleep(20)
    here.stop_recording()
    here.apart = lab.OF_THE_RUN
    told = []
    for name, folder, zones in cases():
        here.state, here.config = works[name] / "state", works[name] / "breakwatch.yaml"
        here.live_equals_replay()
        expected = len((folder / "expected.json").read_text().splitlines())
        found = len(here.incidents())
        assert found == expected, f"{name}: {found} incidents, {expected} expected"
        capture = json.loads((works[name] / "run/status.json").read_text())["capture"]["interfaces"][0]
        used = [capture.get(f"ring_{i}_received", 0) for i in range(rings(name))]
        assert rings(name) == 1 or min(used) > 100 and max(used) < capture["received"] * 0.9, f"{name}: the rings got {used} packets"
        told.append(f"{name} {found}")
    here.apart = None
    print("; ".join(told))


if __name__ == "__main__":
    lab.need("ip", "tcpreplay", "ss", "sysctl")
    lab.test(body)
