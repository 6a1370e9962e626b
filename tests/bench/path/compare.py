#!/usr/bin/env python3
"""What the path costs beside an empty libpcap loop: CPU time (user and system) in turns, medians, as ratios.

  compare.py BUILD CAPTURE [--rounds N] [--enrolled MAC_PREFIX COUNT] [--other BREAKWATCHD] [--workers N]

Rows: `names --flows`; `replay` with COUNT devices enrolled (MACs from MAC_PREFIX, six hex digits counted up behind it)
and with nobody of the capture enrolled. --other: the same of another breakwatchd, in the same rounds. A round's rows run
one after the other, so that a busy machine meets all rows alike. --workers: `replay` with so many, too, and how many times
one worker's rate it has by wall time, which says something on a machine alone that has as many cores.
BUILD: with -DBREAKWATCH_BENCH=ON, for its empty_pcap_loop.
"""
import argparse
import os
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

CONFIG = """purpose: {{text: measuring, responsible: tests, rules_reference: none, notice_date: 2020-01-01, retention: 1 day}}
site: {{name: bench, time_zone: UTC}}
capture: {{interface: eth0}}
enrolment: {enrolment}
roster: {{duty: call-system}}
"""


def seconds_of(command):
    """CPU time, and by the wall."""
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr.decode()[:500]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, time.monotonic() - began


def site(folder, name, prefix, count):
    """A configuration of its own, with that many people of one device each."""
    rows = ["staff_id,macs,radius_users,agent_aliases,notice_date,consent_date,withdrawn_date"]
    for number in range(count):
        tail = f"{number:06x}"
        mac = ":".join([prefix, tail[0:2], tail[2:4], tail[4:6]])
        rows.append(f"e{number},{mac},,a{number},2020-01-01,2020-01-01,")
    enrolment = folder / f"{name}.csv"
    enrolment.write_text("\n".join(rows) + "\n")
    config = folder / f"{name}.yaml"
    config.write_text(CONFIG.format(enrolment=enrolment))
    return config


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("capture", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--enrolled", nargs=2, default=["02:10:00", "2000"])
    parser.add_argument("--other", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = site(folder, "many", asked.enrolled[0], int(asked.enrolled[1]))
        nobody = site(folder, "nobody", "06:00:00", 1)
        rows = {"empty libpcap loop": [asked.build / "empty_pcap_loop", asked.capture]}
        programs = {"": asked.build / "breakwatchd"} | ({", other": asked.other} if asked.other else {})
        for which, program in programs.items():
            rows[f"names --flows{which}"] = [program, "names", "--flows", asked.capture]
            for what, config in ((f"{asked.enrolled[1]} enrolled", many), ("nobody enrolled", nobody)):
                rows[f"replay, {what}{which}"] = [program, "replay", "--config", config, asked.capture]
                if asked.workers > 1:
                    workers = ["--workers", str(asked.workers)]
                    rows[f"{asked.workers} workers, {what}{which}"] = rows[f"replay, {what}{which}"] + workers
        seconds = {row: [] for row in rows}
        walls = {row: [] for row in rows}
        for _ in range(asked.rounds):
            for row, command in rows.items():
                cpu, wall = seconds_of(command)
                seconds[row].append(cpu)
                walls[row].append(wall)
    floor = seconds["empty libpcap loop"]
    print(f"{asked.capture.name}: CPU seconds, medians of {asked.rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for row, measured in seconds.items():
        ratios = [each / least for each, least in zip(measured, floor)]
        line = f"{row:32} {statistics.median(measured):8.3f} s {statistics.median(ratios):6.2f} x"
        alone = row.replace(f"{asked.workers} workers", "replay")
        if alone != row:
            rates = [one / many for one, many in zip(walls[alone], walls[row])]
            line += f"  {statistics.median(rates):.2f} times one worker's rate by wall time"
        print(line)


if __name__ == "__main__":
    main()
