#!/usr/bin/env python3
"""What `breakwatchd names` reads in the conformance corpus, held against the independent reading there.

  names.py BREAKWATCHD CORPUS DIFFERENCES

Passes when recall and precision are within the bounds below, over all and for each class, and when every
single difference is a line of DIFFERENCES: a new one fails, and so does a line that no longer holds.
Exit 77: no corpus.
"""
import collections
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

LEAST_RECALL, LEAST_PRECISION, LEAST_OF_CLASS, LEAST_OF_FACTS = 0.995, 0.999, 0.98, 0.99
COLUMNS = ["capture", "what", "kind", "fact", "right", "reason"]


def load_yardstick(corpus):
    spec = importlib.util.spec_from_file_location("compare", corpus / "compare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_differences(path):
    listed = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != len(COLUMNS) or fields[4] not in ("ours", "theirs", "either") or not fields[5]:
            sys.exit(f"{path}:{number}: expected {len(COLUMNS)} columns: {', '.join(COLUMNS)}; "
                     "right is ours, theirs or either")
        listed[tuple(fields[:4])] = fields[4]
    return listed


def facts_of(yardstick, what, record):
    return getattr(yardstick, {"dns": "dns_units", "dhcp": "dhcp_units", "radius_acct": "rad_units",
                               "arp": "arp_units"}[what])(record)


def as_text(unit):
    return " ".join(str(part) for part in unit)


def share(hit, other):
    return hit / (hit + other) if hit + other else 1.0


class Tally:
    def __init__(self):
        self.hit = self.miss = self.wrong = self.wrong_but_ours = 0

    def line(self, name):
        return (f"{name:<22} {self.hit:>6} {self.miss:>6} {self.wrong:>6}  {100 * share(self.hit, self.miss):7.2f} "
                f"{100 * share(self.hit, self.wrong):7.2f}")


def compare(yardstick, expected, actual, listed):
    tallies = collections.defaultdict(Tally)
    classes = collections.defaultdict(lambda: [0, 0])
    differences = []
    tagged = {tag for record in expected.values() for entry in record["server_names"] for tag in entry.get("tags", [])}

    def differ(capture, what, kind, unit):
        differences.append((capture, what, kind, as_text(unit)))
        return listed.get(differences[-1]) in ("ours", "either")

    for capture, record in sorted(expected.items()):
        ours = actual.get(capture)
        if ours is None:
            sys.exit(f"{capture}: no line of output")
        wanted = {yardstick.unit(entry): entry for entry in record["server_names"]}
        optional = {yardstick.unit(entry) for entry in record.get("optional_names", [])} - set(wanted)
        got = {yardstick.unit(entry) for entry in ours["server_names"]}
        tally = tallies["server_names"]
        for unit, entry in wanted.items():
            hit = unit in got
            tally.hit += hit
            tally.miss += not hit
            if not hit:
                differ(capture, "server_names", "miss", unit)
            for name in set(entry.get("tags", [])) | (set(record.get("classes", [])) - tagged):
                classes[name][not hit] += 1
        for unit in got - set(wanted) - optional:
            tally.wrong += 1
            tally.wrong_but_ours += differ(capture, "server_names", "wrong", unit)
        for what in ("dns", "dhcp", "radius_acct", "arp"):
            theirs, mine = facts_of(yardstick, what, record), facts_of(yardstick, what, ours)
            if what == "arp" and len(record.get("arp", [])) >= 300:
                mine &= theirs
            tally = tallies[what]
            tally.hit += len(theirs & mine)
            tally.miss += len(theirs - mine)
            tally.wrong += len(mine - theirs)
            for unit in theirs - mine:
                differ(capture, what, "miss", unit)
            for unit in mine - theirs:
                tally.wrong_but_ours += differ(capture, what, "wrong", unit)
    return tallies, classes, differences


def main():
    daemon, corpus, differences_file = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    if not (corpus / "dev" / "expected.jsonl").exists():
        print("skipped: no ../shared/corpus")
        return 77
    yardstick = load_yardstick(corpus)
    listed = read_differences(differences_file)
    captures = sorted(str(path) for path in (corpus / "dev").glob("*.pcap*"))
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as output:
        subprocess.run([daemon, "names", *captures], stdout=output, stderr=subprocess.DEVNULL, check=False)
        actual = yardstick.load(output.name)
    expected = yardstick.load(str(corpus / "dev" / "expected.jsonl"))
    tallies, classes, differences = compare(yardstick, expected, actual, listed)

    print(f"{len(expected)} captures\n{'':<22} {'hit':>6} {'miss':>6} {'wrong':>6}  recall% precis%")
    failures = []
    for name, tally in tallies.items():
        print(tally.line(name))
        names = name == "server_names"
        # A fact that is there and that only we read is not held against precision; it is listed below.
        precision = share(tally.hit, tally.wrong - tally.wrong_but_ours)
        if share(tally.hit, tally.miss) < (LEAST_RECALL if names else LEAST_OF_FACTS):
            failures.append(f"{name}: recall is too low")
        if precision < (LEAST_PRECISION if names else LEAST_OF_FACTS):
            failures.append(f"{name}: precision is too low")
    for name, (hit, miss) in sorted(classes.items(), key=lambda item: share(*item[1])):
        if share(hit, miss) < LEAST_OF_CLASS:
            failures.append(f"class {name}: {hit} of {hit + miss} names")
    for difference in differences:
        print("listed: " if difference in listed else "NEW: ", *difference)
    failures += [f"not in {differences_file.name}: {' | '.join(each)}" for each in differences if each not in listed]
    failures += [f"no longer true, take it out of {differences_file.name}: {' | '.join(each)}"
                 for each in set(listed) - set(differences)]
    print("\n".join(failures) or f"within the bounds; {len(classes)} classes at {100 * LEAST_OF_CLASS:.0f} % or more")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
