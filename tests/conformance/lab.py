#!/usr/bin/env python3
"""Real clients' connections, held against the servers' own logs: each flow that carried a request is named.

  lab.py BREAKWATCHD LAB

The hellos are those of Chromium (split TLS hellos, shuffled QUIC), Firefox, curl, undici and OkHttp. A
request for another host may share a connection (coalescing), so a flow's name is one of its hosts.
Exit 77: no lab.
"""
import collections
import json
import pathlib
import subprocess
import sys


def main():
    daemon, lab = sys.argv[1], pathlib.Path(sys.argv[2])
    captures = sorted((lab / "dev").glob("*.pcap"))
    if not captures:
        print("skipped: no ../shared/lab")
        return 77
    result = subprocess.run([daemon, "names", *map(str, captures)], stdout=subprocess.PIPE, check=True)
    seen = {pathlib.Path(line["file"]).name: line for line in map(json.loads, result.stdout.splitlines())}
    flows = collections.Counter()
    failures = []
    for capture in captures:
        names = collections.defaultdict(set)
        for entry in seen[capture.name]["server_names"]:
            names[entry["client"], entry["client_port"]].add(entry["name"])
        hosts = collections.defaultdict(set)
        clients = {}
        for action in map(json.loads, capture.with_suffix(".labels.jsonl").read_text().splitlines()):
            addresses = tuple(action[key] for key in ("client_ip", "client_ip6") if action.get(key))
            for request in action.get("reqs", []):
                flow = (addresses, request["sport"])
                hosts[flow].add(request["host"])
                clients[flow] = f"{action['client']} {request['proto']}"
        for (addresses, port), asked in hosts.items():
            found = set().union(*(names[address, port] for address in addresses))
            flows[clients[addresses, port]] += 1
            if not found & asked:
                failures.append(f"{capture.name}: {addresses[0]}:{port} asked {sorted(asked)}, named {sorted(found)}")
    for client, count in sorted(flows.items()):
        print(f"{client:<20} {count:>5} flows")
    print("\n".join(failures) or f"all {sum(flows.values())} flows are named")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
