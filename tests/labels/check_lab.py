#!/usr/bin/env python3
"""Holds the findings of the shipped model against the labels of the lab, with the lab's own scorer.

  check_lab.py BREAKWATCHD LAB DETECTOR_YAML

The model was trained on these captures (the seed case excepted): the bounds guard against a path that no longer
feeds it what it was trained on, they say nothing about captures it has not seen. Exit 77: the lab is not here.
"""
import glob
import importlib.util
import json
import os
import re
import subprocess
import sys

# The first set of the lab, whose posts the numbers of before found more surely, and the second, which is harder.
BOUNDS = {"dev": (0.95, 0.80), "dev2": (0.95, 0.78)}  # precision, recall
SEED = "seed-case"


def main():
    daemon, lab, model = sys.argv[1:]
    if not os.path.isdir(lab + "/dev"):
        print("skipped: no labelled captures at " + lab)
        return 77
    spec = importlib.util.spec_from_file_location("score", lab + "/score.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    alert = float(re.search(r"alert_threshold: ([0-9.]+)", open(model).read()).group(1))
    problems = []
    for folder, (least_precision, least_recall) in BOUNDS.items():
        sessions = []
        for labels in sorted(glob.glob(f"{lab}/{folder}/*.labels.jsonl")):
            name = os.path.basename(labels)[:-len(".labels.jsonl")]
            told = subprocess.run([daemon, "detect", f"{lab}/{folder}/{name}.pcap"], capture_output=True, text=True, check=True)
            found = [json.loads(line) for line in told.stdout.splitlines()]
            if name != SEED:
                sessions.append((name, scorer.load(labels), found))
                continue
            sure = [d for d in found if d["confidence"] >= alert]
            posts = [l for l in scorer.load(labels) if l["is_post"]]
            fits = len(sure) == 1 and len(posts) == 1 and sure[0]["kind"] == "text_post" and sure[0]["platform"] == "x" \
                and scorer.same(sure[0], posts[0])
            if not fits:
                problems.append(f"seed case: found {sure}; expected the one text post of operator A")
        right, wrong, missed = scorer.evaluate(sessions, alert)[0][("overall", "all")]
        precision, recall, f1 = scorer.prf(right, wrong, missed)
        print("%s at %.3f: precision %.3f recall %.3f F1 %.3f (%d %d %d)" % (folder, alert, precision, recall, f1, right, wrong, missed))
        if precision < least_precision or recall < least_recall:
            problems.append(f"{folder}: expected precision {least_precision} and recall {least_recall} or more")
    print("\n".join(problems) or "the findings fit the labels")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
