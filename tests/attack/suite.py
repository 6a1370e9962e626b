#!/usr/bin/env python3
"""Live: one hostile phone sends each kind of attack at 100,000 packets a second, or what the machine can, while the bundled
case is played. The colleague's incident comes in time; memory stays within its budget and a twentieth; a packet costs at most
three times an ordinary one; what was lost is told.

    suite.py                            a few seconds of each kind, during one play: for CI
    suite.py --seconds 60 [KIND...]     a play each, under attack from before its connections open until after the post
"""
import argparse
import datetime
import json
import os
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
sys.dont_write_bytecode = True
import lab  # noqa: E402
from lab import Lab, wait_for  # noqa: E402

GENERATOR = lab.BUILD / "attack_generator"
BUDGET_MIB = 256
MOST_TIMES = 3.0
OPENS = 18.0        # seconds into the case: the phone opens its connections
POST = lab.POST - lab.CAPTURE_START
LATE = 20.0         # an alert is told at most so long after the post
TICKS = os.sysconf("SC_CLK_TCK")


def kinds():
    return [line.split("\t") for line in lab.run(GENERATOR, "list").splitlines()]


class Attack(Lab):
    last = None

    def begin(self):
        self.namespaces()
        self.start_siem()
        self.shift = time.time() + 2 - lab.CAPTURE_START
        self.write_case(self.shift, [("siem", "tcp")], extra=f"memory: {BUDGET_MIB}MiB\n")
        self.daemon = self.start_daemon()
        self.call(self.shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
        self.call(self.shift, "1043", "7f1c-1071", lab.CALL_END - 900, lab.CALL_END - 91)

    def record(self):
        """Nothing: the recording of an attack is as large as the attack."""

    def play_case(self):
        self.began = time.time()
        self.alert_at = None
        threading.Thread(target=self.watch_siem, daemon=True).start()
        return self.play()

    def watch_siem(self):
        while self.alert_at is None and time.time() < self.began + 200:
            if any(self.fields(entry).get("plat") == "x" for entry in self.received("BW-1001")):
                self.alert_at = time.time()
            time.sleep(0.2)

    def at(self, seconds):
        time.sleep(max(0.0, self.began + seconds - time.time()))

    def cpu(self):
        words = pathlib.Path(f"/proc/{self.daemon.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / TICKS

    def peak_mib(self):
        for line in pathlib.Path(f"/proc/{self.daemon.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
        return 0.0

    def settled_counts(self):
        """The status is written every two seconds, from counts that are a second old at most."""
        time.sleep(1.3)
        seen = self.status().get("now")
        return wait_for("a fresh status", lambda: (lambda s: s if s.get("now") != seen else None)(self.status()), 10)

    def attack(self, kind, seconds, rate):
        """Sends one kind; what it cost and what was told of it."""
        before, cpu = self.last or self.settled_counts(), self.cpu()
        told = len(self.received())
        name = f"generator-{kind}"
        process = self.start(name, GENERATOR, kind, "port2", seconds, rate, namespace=self.gateway)
        assert process.wait(timeout=seconds + 120) == 0, self.log(name)
        sent, reached = self.log(name).split()[-2:]
        self.last = after = self.settled_counts()
        spent = self.cpu() - cpu
        capture, earlier = after["capture"], before["capture"]
        packets = capture["packets"] - earlier["packets"]
        lost = {key: count - earlier["not_understood"].get(key, 0) for key, count in capture["not_understood"].items() if key.startswith("loss.")}
        lost |= {"refused." + key: count - earlier["refused_full"].get(key, 0) for key, count in capture["refused_full"].items()}
        return {"kind": kind, "sent": int(sent), "rate": int(reached), "packets": packets,
                "dropped": capture["dropped_by_kernel"] - earlier["dropped_by_kernel"],
                "us_per_packet": spent * 1e6 / max(packets, 1), "peak_mib": self.peak_mib(),
                "lost": {key: count for key, count in lost.items() if count > 0},
                "siem": sorted({f"{self.fields(e).get('code')} {e['msg'].strip()[:60]}" for e in self.received()[told:]
                                if self.fields(e).get("code") in ("BW-2003", "BW-3009", "BW-3006")})}

    def incident_in_time(self):
        """Seconds from the post, as the daemon saw it on the wire, to the alert at the SIEM."""
        wait_for("the colleague's incident", lambda: self.alert_at, max(1.0, self.began + POST + 60 - time.time()))
        incidents = self.incidents()
        assert len(incidents) == 1, f"one incident expected, got {incidents}"
        post = datetime.datetime.fromisoformat(incidents[0]["findings"][0]["at"].replace("Z", "+00:00")).timestamp()
        assert abs(post - (self.began + POST)) < 20, "the player was too late for a comparison"
        late = self.alert_at - post
        assert late < LATE, f"the alert came {late:.1f} s after the post"
        return late


def print_row(result, ordinary, late=None):
    told = ", ".join(f"{key.removeprefix('loss.')} {count:,}" for key, count in result["lost"].items()) or "nothing was lost"
    print(f"{result['kind']:18} {result['rate']:8,}/s {result['packets']:10,} seen {result['dropped']:8,} dropped  "
          f"{result['us_per_packet']:6.2f} us  {result['us_per_packet'] / ordinary:5.2f} times  {result['peak_mib']:6.1f} MiB"
          + (f"  alert {late:4.1f} s after the post" if late is not None else "") + f"  {told}", flush=True)
    for line in result["siem"]:
        print(f"{'':18} SIEM: {line}", flush=True)


def sanitized():
    """A sanitizer keeps freed memory back, and its checks cost more where more memory is touched."""
    cache = lab.BUILD / "CMakeCache.txt"
    return any(line.startswith("BREAKWATCH_SANITIZE:") and line.strip()[-1] != "=" for line in cache.read_text().splitlines())


def failures(result, ordinary):
    wrong = []
    if sanitized():
        return wrong
    # Without optimization the ratio says nothing.
    if lab.run(GENERATOR, "build").strip() == "optimized" and result["us_per_packet"] > MOST_TIMES * ordinary:
        wrong.append(f"{result['kind']}: a packet costs {result['us_per_packet'] / ordinary:.2f} times an ordinary one")
    if result["peak_mib"] > BUDGET_MIB * 1.05:
        wrong.append(f"{result['kind']}: {result['peak_mib']:.0f} MiB of {BUDGET_MIB}")
    return wrong


def short(here, seconds, rate, wanted):
    """All kinds one after the other during one play, from before the connections open until after the post."""
    here.begin()
    player = here.play_case()
    ordinary = here.attack("ordinary", seconds, rate)["us_per_packet"]
    wrong = []
    for kind, _ in kinds()[1:]:
        if wanted and kind not in wanted:
            continue
        if player.poll() is not None:
            break
        result = here.attack(kind, seconds, rate)
        print_row(result, ordinary)
        wrong += failures(result, ordinary)
    print(f"alert {here.incident_in_time():.1f} s after the post")
    return wrong


def long(seconds, rate, wanted):
    """Each kind with a play of its own."""
    wrong, ordinary = [], 0.0
    for kind, _ in kinds():
        if wanted and kind not in wanted and kind != "ordinary":
            continue
        with Attack() as here:
            try:
                here.begin()
                if kind == "ordinary":
                    result = here.attack(kind, min(seconds, 20), rate)
                    ordinary = result["us_per_packet"]
                    print_row(result, ordinary)
                    continue
                here.play_case()
                here.at(OPENS - 4)
                result = here.attack(kind, max(seconds, POST + 5 - OPENS), rate)
                late = here.incident_in_time()
                print_row(result, ordinary, late)
                wrong += failures(result, ordinary)
            except AssertionError as error:
                wrong.append(f"{kind}: {error}")
                print(f"{kind:18} FAILED: {error}", flush=True)
                if os.environ.get("BREAKWATCH_KEEP_LOGS"):
                    print(here.log("breakwatchd")[-3000:], json.dumps(here.status())[:3000])
    return wrong


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--seconds", type=float, default=0)
    words.add_argument("--rate", type=float, default=100_000)
    words.add_argument("kinds", nargs="*")
    options = words.parse_args()
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    if not GENERATOR.exists():
        lab.skip(f"no {GENERATOR}")
    if options.seconds > 0:
        wrong = long(options.seconds, options.rate, options.kinds)
    else:
        with Attack() as here:
            try:
                wrong = short(here, 2.0, options.rate, options.kinds)
            except AssertionError as error:
                here.fail_with_logs(error)
    for line in wrong:
        print("FAILED:", line)
    if sanitized():
        print("memory and cost are not judged in a sanitizer's build: attack.cost and a build without one do")
    print("failed" if wrong else "passed")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
