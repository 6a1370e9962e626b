#!/usr/bin/env python3
"""A real Kea and real clients (udhcpc, dhclient): what `breakwatchd intake` reads from its journal is what they had."""
import json
import os

import lab
from dhcp_lab import follow, live_and_compare
from lab import Lab, wait_for


def body(here: Lab):
    here.namespaces()
    lab.run("ip", "-n", here.gateway, "addr", "add", "10.77.20.1/24", "dev", "br0")
    leases = here.work / "kea-leases4.csv"
    config = here.work / "kea.json"
    config.write_text(json.dumps({"Dhcp4": {
        "interfaces-config": {"interfaces": ["br0"], "dhcp-socket-type": "raw"},
        "lease-database": {"type": "memfile", "persist": True, "name": str(leases), "lfc-interval": 5},
        "authoritative": True, "valid-lifetime": 120, "renew-timer": 60, "rebind-timer": 90,
        "subnet4": [{"id": 1, "subnet": "10.77.20.0/24", "interface": "br0", "pools": [{"pool": "10.77.20.50-10.77.20.99"}]}],
        "loggers": [{"name": "kea-dhcp4", "severity": "INFO", "output_options": [{"output": str(here.work / "kea-dhcp4.log")}]}]}}))
    intake = follow(here, f"kea_leases:\n  - {{name: kea, path: {leases}}}\n")
    environment = dict(os.environ, KEA_PIDFILE_DIR=str(here.work), KEA_LOCKFILE_DIR=str(here.work))
    server = here.start("kea", "kea-dhcp4", "-c", config, namespace=here.gateway, env=environment)
    wait_for("kea made its journal", leases.exists, 30)
    live_and_compare(here, server, intake)


if __name__ == "__main__":
    lab.need("ip", "kea-dhcp4", "udhcpc", "dhclient", "ss", "sysctl")
    lab.test(body)
