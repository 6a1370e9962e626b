#!/usr/bin/env python3
"""What becomes of the findings when the same captures are seen badly.

  variants.py BREAKWATCHD LAB_FOLDER [--keep FOLDER]

Derives from each labelled capture of LAB_FOLDER (classic pcap): shuffled (packets of a block of eight in any order,
with their own times), jittered (each up to 2 ms later and sorted: a mirror of several queues), twice (every packet
again 30 us later, as two mirror ports show it), lost (1 % missing), up and down (one direction only), cut (96 octets
of each packet kept; cut128 and so on: as many).  Runs `breakwatchd detect` on all and prints precision, recall and F1
by the lab's score.py at the model's two thresholds, and how many findings the clean capture does not give (same device
and platform, within 3 s).
"""
import argparse
import glob
import importlib.util
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.abspath(__file__)) + "/../../.."
NEAR = 3.0
JITTER = 0.002


def read_pcap(path):
    data = open(path, "rb").read()
    order = "<" if struct.unpack("<I", data[:4])[0] in (0xa1b2c3d4, 0xa1b23c4d) else ">"
    unit = 1e9 if struct.unpack(order + "I", data[:4])[0] == 0xa1b23c4d else 1e6
    at, packets = 24, []
    while at + 16 <= len(data):
        seconds, fraction, kept, length = struct.unpack(order + "IIII", data[at:at + 16])
        packets.append((seconds, fraction, length, data[at + 16:at + 16 + kept]))
        at += 16 + kept
    return data[:24], order, int(unit), packets


def write_pcap(path, head, order, packets):
    with open(path, "wb") as out:
        out.write(head)
        for seconds, fraction, length, octets in packets:
            out.write(struct.pack(order + "IIII", seconds, fraction, len(octets), length) + octets)


def shuffled(packets, _unit, _clients, lots):
    out = []
    for at in range(0, len(packets), 8):
        block = packets[at:at + 8]
        lots.shuffle(block)
        out += block
    return out


def jittered(packets, unit, _clients, lots):
    out = []
    for s, f, n, o in packets:
        later = f + int(lots.random() * JITTER * unit)
        out.append((s + later // unit, later % unit, n, o))
    return sorted(out, key=lambda p: p[:2])


def twice(packets, unit, _clients, _lots):
    again = [(s, f + 30 * unit // 1000000, n, o) for s, f, n, o in packets]
    again = [(s + f // unit, f % unit, n, o) for s, f, n, o in again]
    return sorted(packets + again, key=lambda p: p[:2])


def lost(packets, _unit, _clients, lots):
    return [p for p in packets if lots.random() >= 0.01]


def up(packets, _unit, clients, _lots):
    return [p for p in packets if p[3][6:12] in clients]


def down(packets, _unit, clients, _lots):
    return [p for p in packets if p[3][6:12] not in clients]


def cut_to(octets):
    return lambda packets, *_: [(s, f, n, o[:octets]) for s, f, n, o in packets]


VARIANTS = {"clean": lambda p, *_: p, "shuffled": shuffled, "jittered": jittered, "twice": twice, "lost": lost, "up": up,
            "down": down, "cut": cut_to(96)} | {f"cut{n}": cut_to(n) for n in (128, 160, 256)}


def clients_of(labels):
    macs = {json.loads(line)["client_mac"] for line in open(labels)}
    return {bytes.fromhex(mac.replace(":", "")) for mac in macs}


def detect(daemon, capture, out):
    with open(out, "w") as file:
        subprocess.run([daemon, "detect", capture], stdout=file, check=True)


def thresholds():
    text = open(ROOT + "/policy/detector.yaml").read()
    return [float(re.search(key + r": ([0-9.]+)", text).group(1)) for key in ("alert_threshold", "balanced_threshold")]


def findings(folder, least):
    out = []
    for path in sorted(glob.glob(folder + "/*.jsonl")):
        name = os.path.basename(path)[:-6]
        out += [(name, d) for d in map(json.loads, open(path)) if d["confidence"] >= least]
    return out


def not_in(own, clean):
    def near(a, b):
        return a[0] == b[0] and all(a[1][k] == b[1][k] for k in ("client_mac", "platform")) and abs(a[1]["t"] - b[1]["t"]) <= NEAR
    return [f for f in own if not any(near(f, c) for c in clean)]


def load_scorer(lab):
    spec = importlib.util.spec_from_file_location("score", os.path.dirname(lab.rstrip("/")) + "/score.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    return scorer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("daemon")
    parser.add_argument("lab")
    parser.add_argument("--keep")
    parser.add_argument("--only", nargs="*", default=list(VARIANTS))
    options = parser.parse_args()
    work = options.keep or tempfile.mkdtemp()
    scorer = load_scorer(options.lab)
    names = [os.path.basename(p)[:-len(".labels.jsonl")] for p in sorted(glob.glob(options.lab + "/*.labels.jsonl"))]
    names = [n for n in names if n != "seed-case"]
    for variant in ["clean"] + [v for v in options.only if v != "clean"]:
        os.makedirs(f"{work}/{variant}", exist_ok=True)
        for name in names:
            head, order, unit, packets = read_pcap(f"{options.lab}/{name}.pcap")
            lots = random.Random(name)
            write_pcap(f"{work}/now.pcap", head, order,
                       VARIANTS[variant](packets, unit, clients_of(f"{options.lab}/{name}.labels.jsonl"), lots))
            detect(options.daemon, f"{work}/now.pcap", f"{work}/{variant}/{name}.jsonl")
        sessions = [(n, scorer.load(f"{options.lab}/{n}.labels.jsonl"), scorer.load(f"{work}/{variant}/{n}.jsonl")) for n in names]
        for least in thresholds():
            right, wrong, missed = scorer.evaluate(sessions, least)[0][("overall", "all")]
            precision, recall, f1 = (v or 0 for v in scorer.prf(right, wrong, missed))
            own, clean = findings(f"{work}/{variant}", least), findings(f"{work}/clean", least)
            extra = not_in(own, clean)
            any_confidence = not_in(own, findings(f"{work}/clean", 0))
            print("%-9s at %.2f  P %.3f R %.3f F1 %.3f (%d %d %d)  findings the clean capture does not give: %d; at no confidence: %d"
                  % (variant, least, precision, recall, f1, right, wrong, missed, len(extra), len(any_confidence)), flush=True)
            for name, finding in extra:
                print("    ", name, "%.3f" % finding["t"], finding["platform"], finding["confidence"])
    if not options.keep:
        shutil.rmtree(work)
    return 0


if __name__ == "__main__":
    sys.exit(main())
