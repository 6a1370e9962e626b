#!/usr/bin/env python3
"""A real dnsmasq and real clients (udhcpc, dhclient): what `breakwatchd intake` reads from the lease file is what they had."""
import lab
from dhcp_lab import follow, live_and_compare
from lab import Lab, wait_for


def body(here: Lab):
    here.namespaces()
    lab.run("ip", "-n", here.gateway, "addr", "add", "10.77.20.1/24", "dev", "br0")
    leases = here.work / "dnsmasq.leases"
    intake = follow(here, f"dnsmasq_leases:\n  - {{name: dnsmasq, path: {leases}}}\n")
    server = here.start("dnsmasq", "dnsmasq", "-k", "--conf-file=/dev/null", "--port=0", "--user=root", f"--pid-file={here.work}/dnsmasq.pid",
                        f"--dhcp-leasefile={leases}", "--bind-interfaces", "--interface=br0", "--except-interface=lo", "--dhcp-authoritative",
                        "--no-ping", "--dhcp-range=10.77.20.50,10.77.20.99,255.255.255.0,120", namespace=here.gateway)
    wait_for("dnsmasq listens", lambda: ":67 " in lab.run("ip", "netns", "exec", here.gateway, "ss", "-lun"), 20)
    live_and_compare(here, server, intake)


if __name__ == "__main__":
    lab.need("ip", "dnsmasq", "udhcpc", "dhclient", "ss", "sysctl")
    lab.test(body)
