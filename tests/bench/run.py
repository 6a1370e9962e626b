#!/usr/bin/env python3
"""What the path costs beside an empty libpcap loop, and what other programs cost on the same files: builds, makes the
workloads, runs every row in turns and prints one table: medians of CPU time (user and system) less what the program
takes to start (on a file without packets), and of the ratios of these to the loop's.

  run.py [BUILD] [--rounds N] [--scale X] [--only WORKLOAD...]     BUILD: build-bench, an optimised build

Rows: `names --flows`, the whole path with 2,000 devices enrolled, the same with nobody enrolled, and of the peers those
that are installed: tcpdump, softflowd, argus, ndpiReader. The inner parts are measured by steady_state,
bench_detection_cost and instructions/run.py. The captures are in TMPDIR, 1 GB at --scale 1.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "path"))
from compare import cpu_seconds, site  # noqa: E402

PEERS = {"tcpdump": lambda file: ["tcpdump", "-nr", file, "-w", "/dev/null"],
         "softflowd": lambda file: ["softflowd", "-d", "-r", file, "-m", "2000000", "-p", "none", "-c", "none"],
         "argus": lambda file: ["argus", "-X", "-r", file, "-w", "/dev/null"],
         "ndpiReader": lambda file: ["ndpiReader", "-q", "-i", file]}


def build(folder):
    options = ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DBREAKWATCH_BENCH=ON",
               "-DBREAKWATCH_UNITY=ON"] if not (folder / "CMakeCache.txt").exists() else []
    subprocess.run(["cmake", "-S", HERE.parents[1], "-B", folder, *options], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", folder, "--target", "breakwatchd", "empty_pcap_loop", "make_workloads"], check=True)


def rows_of(folder, capture, many, nobody):
    daemon = folder / "breakwatchd"
    rows = {"empty libpcap loop": [folder / "empty_pcap_loop", capture],
            "names --flows": [daemon, "names", "--flows", capture],
            "whole path, 2,000 enrolled": [daemon, "replay", "--config", many, capture],
            "whole path, nobody enrolled": [daemon, "replay", "--config", nobody, capture]}
    return rows | {name: command(capture) for name, command in PEERS.items() if shutil.which(name)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path, nargs="?", default=HERE.parents[1] / "build-bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", default="2")
    parser.add_argument("--only", nargs="+", default=["mix", "bulk", "flood", "initials"])
    asked = parser.parse_args()
    build(asked.build)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([asked.build / "make_workloads", folder, asked.scale], check=True)
        many, nobody = site(folder, "many", "02:10:00", 2000), site(folder, "nobody", "06:00:00", 1)
        print(f"\nCPU seconds and x the empty loop, medians of {asked.rounds} rounds, load {os.getloadavg()[0]:.1f}; "
              f"not installed: {', '.join(peer for peer in PEERS if not shutil.which(peer)) or 'none'}")
        print(f"{'':28}" + "".join(f"{workload:>20}" for workload in asked.only) + "   its start")
        nothing = folder / "nothing.pcap"
        with open(folder / "mix.pcap", "rb") as mix:
            nothing.write_bytes(mix.read(24))  # a file's header
        starts = rows_of(asked.build, nothing, many, nobody)
        spent = {(row, workload): [] for row in starts for workload in asked.only}
        began = {row: [] for row in starts}
        for _ in range(asked.rounds):
            for workload in asked.only:
                for row, command in rows_of(asked.build, folder / f"{workload}.pcap", many, nobody).items():
                    began[row].append(cpu_seconds(starts[row]))  # beside it: a busy machine is alike to both
                    spent[row, workload].append(cpu_seconds(command) - began[row][-1])
    for row in starts:
        print(f"{row:28}", end="")
        for workload in asked.only:
            mine, floor = spent[row, workload], spent["empty libpcap loop", workload]
            ratio = statistics.median(each / max(least, 1e-6) for each, least in zip(mine, floor))
            print(f"{statistics.median(mine):11.3f} {ratio:6.2f} x", end="")
        print(f"{statistics.median(began[row]):12.3f}")


if __name__ == "__main__":
    main()
