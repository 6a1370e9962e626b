#!/usr/bin/env python3
"""What `breakwatchd intake` understands of recorded feeds, held against the recordings' ground truth.

  feeds.py BREAKWATCHD FEEDS radius|leases

RADIUS: the detail file that a real FreeRADIUS wrote, read to its end. DHCP: the lease files of a real dnsmasq and a real
Kea, moved to now and put in place copy by copy as they changed, while the daemon follows them; both at once, at
their own pace (four minutes). Exit 77: no recordings.
"""
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

TOLERANCE = 1.1  # a detail file dates in whole seconds, and the copies were taken 20 times a second
# What the server learnt later, or otherwise, than the device did: two turned up elsewhere, which it noticed; a release
# was sent on the wrong segment, so that the address came back only when the client asked for another.
LEARNT = {("10.77.10.81", "2026-11-23T16:42:18.035Z"): "2026-11-23T16:43:06.213Z",
          ("10.77.10.82", "2026-11-23T16:42:19.023Z"): "2026-11-23T16:42:42.062Z",
          ("10.77.20.81", "2026-11-23T16:43:06.197Z"): "2026-11-23T16:43:16.020Z"}


def rows_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def at(moment):
    return datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_config(work, feeds, lines):
    people = [(row["user"], " ".join(row["macs"])) for row in rows_of(feeds / "staff.jsonl")]
    (work / "enrolment.csv").write_text("staff_id,macs,notice_date\n" + "".join(f"{user},{macs},2026-01-01\n" for user, macs in people))
    (work / "breakwatch.yaml").write_text(
        "enrolment: enrolment.csv\nsite: {name: recorded, time_zone: UTC}\n"
        "zones:\n  - {zone: break area, ssids: [BREAK ROOM], subnets: [10.77.20.0/24]}\n"
        "  - {zone: operator floor, ssids: [OPS], subnets: [10.77.10.0/24]}\n" + lines)
    return work / "breakwatch.yaml"


def bindings_of(output):
    """Of addresses: until a session tells one, it says whose the device is, which no truth here is about."""
    return [line for line in map(json.loads, output.splitlines()) if line["type"] == "binding" and line["ip"] != "-"]


class LeaseFolder:
    """Does to a folder what the servers did: files rewritten in place, appended to, renamed and removed."""

    def __init__(self, folder, copies, shift):
        self.folder, self.copies, self.shift, self.names = folder, copies, shift, {}

    def moved(self, text):
        """Every time in the file (seconds since 1970) is later by the shift."""
        return re.sub(rb"\b1[789]\d{8}\b", lambda match: str(int(match[0]) + self.shift).encode(), text)

    def step(self, row):
        path = self.folder / row["file"]
        known = self.names.get(row.get("inode"))
        # Whatever had this name has it no longer; its inode may come again.
        self.names = {inode: name for inode, name in self.names.items() if name != path}
        if row.get("gone"):
            path.unlink(missing_ok=True)
            return
        if known and known != path:
            known.rename(path)
        elif not known:
            path.unlink(missing_ok=True)
        self.names[row["inode"]] = path
        text = self.moved((self.copies / row["copy"]).read_bytes())
        before = path.read_bytes() if path.exists() else b""
        if text.startswith(before):
            with open(path, "ab") as out:
                out.write(text[len(before):])
        else:
            path.write_bytes(text)
        os.utime(path, (row["t"] + self.shift, row["t"] + self.shift))


def read_radius(daemon, feeds, work):
    config = write_config(work, feeds, f"radius_detail:\n  - {{name: detail, path: {feeds}/radius/detail}}\n")
    result = subprocess.run([daemon, "intake", "--config", config, "--until-eof"], capture_output=True, text=True, check=True)
    # The ground truth has the sessions' IPv4 addresses; one session has an IPv6 address besides.
    return [b for b in bindings_of(result.stdout) if ":" not in b["ip"]], rows_of(feeds / "radius/bindings.jsonl")


def follow_leases(daemon, feeds, work, recording, lines):
    source = feeds / recording
    work.mkdir()
    steps = rows_of(source / "leases/index.jsonl")
    shift = int(time.time() + 3 - steps[0]["t"])
    config = write_config(work, feeds, lines)
    with open(work / "out", "w") as out:
        process = subprocess.Popen([daemon, "intake", "--config", config], stdout=out)
        folder = LeaseFolder(work, source / "leases", shift)
        for row in steps:
            time.sleep(max(0, row["t"] + shift - time.time()))
            folder.step(row)
        time.sleep(2)
        process.terminate()
        assert process.wait(timeout=30) == 0, "intake failed"
    bindings = bindings_of((work / "out").read_text())
    for binding in bindings:
        for end in ("from", "to"):
            binding[end] = binding[end] and at(seconds(binding[end]) - shift)
    return bindings, rows_of(source / "bindings.jsonl")


def same(binding, truth):
    if (binding["mac"], binding["ip"]) != (truth["mac"], truth["ip"]):
        return False
    if truth.get("zone") and binding["zone"] != truth["zone"]:
        return False
    if abs(seconds(binding["from"]) - seconds(truth["from"])) > TOLERANCE:
        return False
    if truth["to"] is None:
        return binding["to"] is None
    # A device that vanished has its lease until it runs out: no lease file says more.
    end = LEARNT.get((truth["ip"], truth["from"])) or truth.get("lease_to_if_silent") or truth["to"]
    return binding["to"] is not None and abs(seconds(binding["to"]) - seconds(end)) <= TOLERANCE


def compare(which, bindings, truth):
    equal = 0
    for row in truth:
        found = next((b for b in bindings if same(b, row)), None)
        if found is None:
            print(f"{which}: missing:", json.dumps(row))
            continue
        if which == "radius" and found["grade"] == "weak":
            print("weak:", json.dumps(found))
            return False
        bindings.remove(found)
        equal += 1
    for left in bindings:
        print(f"{which}: not in the truth:", json.dumps(left))
    print(f"{which}: {equal} of {len(truth)} bindings equal the ground truth, {len(bindings)} besides")
    return equal == len(truth) and not bindings


RECORDINGS = {
    "dnsmasq": "dnsmasq_leases:\n  - {name: dnsmasq, path: dnsmasq.leases}\n",
    "kea": "kea_leases:\n  - {name: kea4, path: kea-leases4.csv}\n  - {name: kea6, path: kea-leases6.csv}\n",
}


def main():
    daemon, feeds, which = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
    if not feeds.is_dir():
        print("skipped: no ../shared/feeds")
        return 77
    with tempfile.TemporaryDirectory(prefix="breakwatch-feeds-") as name:
        work = pathlib.Path(name)
        if which == "radius":
            return 0 if compare(which, *read_radius(daemon, feeds, work)) else 1
        right = {}

        def follow(server, lines):
            right[server] = compare(server, *follow_leases(daemon, feeds, work / server, f"dhcp-{server}", lines))

        threads = [threading.Thread(target=follow, args=each) for each in RECORDINGS.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return 0 if all(right.get(server) for server in RECORDINGS) else 1


if __name__ == "__main__":
    sys.exit(main())
