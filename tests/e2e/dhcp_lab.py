"""What the DHCP tests share: real clients in network namespaces of their own, a bridge with the server, and the truth as
the clients' own hooks tell it."""
import datetime
import json
import pathlib
import signal
import subprocess
import time

import lab
from lab import BUILD, Lab, wait_for

# Called by udhcpc with the event as its argument, by dhclient with it in $reason.
HOOK = """#!/bin/sh
event=${reason:-$1}; address=${new_ip_address:-$ip}; card=${interface}
case "$event" in
  bound|BOUND|renew|RENEW|REBIND|REBOOT) ip addr flush dev "$card"; ip addr add "$address/24" dev "$card"; echo "bound $address $(date +%s.%N)" >> "@LOG@" ;;
esac
exit 0
"""
TOLERANCE = 1.5  # Kea dates in whole seconds


class Client:
    """A phone: a namespace, a network card with a MAC of its own, a DHCP client."""

    def __init__(self, here: Lab, name, mac):
        self.here, self.name, self.mac = here, name, mac
        self.namespace = f"{here.phones}-{name}"
        self.log = here.work / f"{name}.hook"
        self.hook = here.work / f"{name}.sh"
        self.hook.write_text(HOOK.replace("@LOG@", str(self.log)))
        self.hook.chmod(0o755)
        lab.run("ip", "netns", "add", self.namespace)
        here.callback(subprocess.run, ["ip", "netns", "del", self.namespace], capture_output=True)
        port = f"p-{name}"
        lab.run("ip", "-n", here.gateway, "link", "add", port, "type", "veth", "peer", "name", "wlan0", "netns", self.namespace)
        lab.run("ip", "-n", here.gateway, "link", "set", port, "master", "br0", "up")
        lab.run("ip", "-n", self.namespace, "link", "set", "wlan0", "address", mac)
        lab.run("ip", "-n", self.namespace, "link", "set", "wlan0", "up")

    def bound(self):
        """(address, when) of the latest lease."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return (lines[-1].split()[1], float(lines[-1].split()[2])) if lines else None

    def udhcpc(self):
        return self.start("udhcpc", "-f", "-i", "wlan0", "-s", self.hook, "-R", "-t", "10", "-T", "1")

    def dhclient(self):
        work = self.here.work
        return self.start("dhclient", "-4", "-d", "-sf", self.hook, "-lf", work / f"{self.name}.leases", "-pf", work / f"{self.name}.pid",
                          "-cf", "/dev/null", "wlan0")

    def start(self, *command):
        before = self.bound()
        process = self.here.start(f"client-{self.name}", *command, namespace=self.namespace)
        wait_for(f"a lease for {self.name}", lambda: self.bound() != before, 40)
        return process

    def change_mac(self, mac):
        self.mac = mac
        lab.run("ip", "-n", self.namespace, "link", "set", "wlan0", "down")
        lab.run("ip", "-n", self.namespace, "addr", "flush", "dev", "wlan0")
        lab.run("ip", "-n", self.namespace, "link", "set", "wlan0", "address", mac)
        lab.run("ip", "-n", self.namespace, "link", "set", "wlan0", "up")


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def follow(here: Lab, feed):
    """breakwatchd intake beside the server, in the namespace of neither: files alone connect them."""
    work = here.work
    (work / "enrolment.csv").write_text(
        "staff_id,macs,notice_date\ns1,02:1a:10:00:10:01 5a:00:00:00:10:01,2026-01-01\ns2,02:1a:10:00:10:02,2026-01-01\n")
    (work / "intake.yaml").write_text(f"enrolment: enrolment.csv\nsite: {{name: e2e, time_zone: UTC}}\n"
                                      f"zones:\n  - {{zone: break-area, subnets: [10.77.20.0/24]}}\n{feed}")
    out = open(work / "intake.out", "w")
    process = subprocess.Popen([BUILD / "breakwatchd", "intake", "--config", work / "intake.yaml"], stdout=out)
    here.processes.append(process)
    return process


def live_and_compare(here: Lab, server, intake):
    """Three devices come, one releases and comes back with another MAC, one is nobody's. Returns nothing, or fails."""
    first = Client(here, "a", "02:1a:10:00:10:01")
    second = Client(here, "b", "02:1a:10:00:10:02")
    stranger = Client(here, "c", "02:00:00:00:00:99")
    truth = []
    a = first.udhcpc()
    ip, begin = first.bound()
    second.dhclient()
    held = second.bound()
    stranger.udhcpc()
    time.sleep(3)
    a.send_signal(signal.SIGUSR2)  # release
    released = time.time()
    truth.append(("s1", first.mac, ip, begin, released))
    time.sleep(3)
    a.terminate()
    a.wait()
    first.change_mac("5a:00:00:00:10:01")
    first.udhcpc()
    again = first.bound()
    truth.append(("s1", first.mac, again[0], again[1], None))
    truth.append(("s2", second.mac, held[0], held[1], None))
    time.sleep(3)
    intake.send_signal(signal.SIGTERM)
    assert intake.wait(timeout=20) == 0
    assert server.poll() is None, f"{server.args} ended"

    output = (here.work / "intake.out").read_text()
    found = [line for line in map(json.loads, output.splitlines()) if line["type"] == "binding"]
    for staff, mac, address, begin, end in truth:
        def fits(b):
            ends = b["to"] is None if end is None else b["to"] is not None and abs(seconds(b["to"]) - end) < TOLERANCE
            return ((b["staff"], b["mac"], b["ip"], b["grade"], b["zone"]) == (staff, mac, address, "medium", "break-area")
                    and abs(seconds(b["from"]) - begin) < TOLERANCE and ends)
        match = [b for b in found if fits(b)]
        assert len(match) == 1, f"{(staff, mac, address, begin, end)} not once in {found}"
        found.remove(match[0])
    assert not found, f"bindings that never were: {found}"
    print(f"{len(truth)} of {len(truth)} bindings as the clients' hooks told them, none besides, the stranger's among them")
