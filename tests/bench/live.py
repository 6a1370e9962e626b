#!/usr/bin/env python3
"""What is lost live: one capture sent over a veth pair at several rates, to tcpdump (-w /dev/null) and to the daemon, with
the same ring, one listener at a time, in turns. Prints packets sent a second and the share that each lost, medians.

  live.py BUILD [--seconds N] [--rounds N] [--shares 0.25 0.5 1] [--ring MIB]     needs root and tcpreplay

The highest rate is what tcpreplay can send here; sender, kernel and listener share the processors. A rate is what was
sent, not what was asked for.
"""
import argparse
import contextlib
import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "path"))
sys.path.insert(0, str(HERE.parent / "e2e"))
from compare import site  # noqa: E402
from lab import need, run, wait_for  # noqa: E402


class Cable(contextlib.ExitStack):
    def __init__(self):
        super().__init__()
        self.ends = [f"bw{os.getpid()}-{end}" for end in ("sender", "listener")]
        for end in self.ends:
            run("ip", "netns", "add", end)
            self.callback(subprocess.run, ["ip", "netns", "del", end], capture_output=True)
        run("ip", "-n", self.ends[0], "link", "add", "out0", "type", "veth", "peer", "name", "in0", "netns", self.ends[1])
        for end, link in zip(self.ends, ("out0", "in0")):
            run("ip", "netns", "exec", end, "sysctl", "-qw", f"net.ipv6.conf.{link}.disable_ipv6=1")
            run("ip", "-n", end, "link", "set", link, "arp", "off", "up")

    def at(self, end, *command):
        return ["ip", "netns", "exec", self.ends[end], *map(str, command)]

    def send(self, capture, seconds, rate=None):
        """Packets sent, and how many a second."""
        pace = ["--topspeed"] if rate is None else [f"--pps={round(rate)}"]
        said = subprocess.run(self.at(0, "tcpreplay", "-q", "-K", *pace, f"--duration={seconds}", "--loop=0", "-i", "out0", capture),
                              capture_output=True, text=True)
        sent = re.search(r"Actual: (\d+) packets.*sent in ([\d.]+) seconds", said.stdout)
        assert sent, said.stdout + said.stderr
        return int(sent[1]), int(sent[1]) / float(sent[2])


class Tcpdump:
    def __init__(self, cable, folder, ring):
        self.log = folder / "tcpdump.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(cable.at(1, "tcpdump", "-n", "-i", "in0", "-s", "1600", "-B", ring * 1024, "-w", "/dev/null"), stderr=log)
        wait_for("tcpdump listens", lambda: "listening on" in self.log.read_text(), 20)

    def lost(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        return int(re.search(r"(\d+) packets dropped by kernel", self.log.read_text())[1])


class Daemon:
    def __init__(self, cable, folder, ring, build, config, rings):
        text = re.sub(r"capture:.*", f"capture: {{interface: in0, ring_mib: {ring}, rings: {rings}}}", config.read_text())
        text += f"runtime_directory: {folder}/run\n"
        text = re.sub(r"(?m)^state_directory:.*\n", "", text) + f"state_directory: {folder}/state\n"
        text += "syslog: [{name: nobody, transport: udp, host: 127.0.0.1, port: 9}]\n"
        own = folder / "live.yaml"
        own.write_text(text)
        self.status = folder / "run/status.json"
        self.log = folder / "breakwatchd.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(cable.at(1, build / "breakwatchd", "run", "--config", own, "--user", "root"), stderr=log, stdout=log)
        wait_for("the daemon is ready", lambda: "READY" in self.log.read_text() or self.process.poll() is not None, 60)
        assert self.process.poll() is None, self.log.read_text()

    def lost(self):
        self.process.terminate()
        self.process.wait(timeout=60)
        return json.loads(self.status.read_text())["capture"]["dropped_by_kernel"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.25, 0.5, 0.75, 1])
    parser.add_argument("--ring", type=int, default=64)
    asked = parser.parse_args()
    need("ip", "tcpreplay", "sysctl")
    with tempfile.TemporaryDirectory() as name, Cable() as cable:
        folder = pathlib.Path(name)
        subprocess.run([asked.build / "make_workloads", folder, "0.05"], check=True, stdout=subprocess.DEVNULL)
        many, nobody = site(folder, "many", "02:10:00", 2000), site(folder, "nobody", "06:00:00", 1)
        listeners = {"tcpdump -w /dev/null": lambda: Tcpdump(cable, folder, asked.ring)}
        for config, who in ((nobody, "nobody enrolled"), (many, "2,000 enrolled")):
            for rings in (1, 2):
                listeners[f"breakwatchd, {who}, {rings} ring{'s' * (rings > 1)}"] = (
                    lambda config=config, rings=rings: Daemon(cable, folder, asked.ring, asked.build, config, rings))
        mix = folder / "mix.pcap"
        _, top = cable.send(mix, 2)
        print(f"ring {asked.ring} MiB, {asked.seconds} s each, medians of {asked.rounds}; tcpreplay alone sends {top:,.0f} packets a second")
        for share in asked.shares:
            lost = {listener: [] for listener in listeners}
            rates = {listener: [] for listener in listeners}
            for _ in range(asked.rounds):
                for listener, start in listeners.items():
                    running = start()
                    count, rate = cable.send(mix, asked.seconds, None if share >= 1 else share * top)
                    time.sleep(0.5)
                    lost[listener].append(running.lost() / count)
                    rates[listener].append(rate)
            print(f"\nasked for {share:.0%} of that")
            for listener in listeners:
                print(f"  {listener:38} sent {statistics.median(rates[listener]):11,.0f} /s, lost {statistics.median(lost[listener]):8.4%}")


if __name__ == "__main__":
    main()
