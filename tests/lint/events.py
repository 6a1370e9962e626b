#!/usr/bin/env python3
"""README's table of events and the man page's lists of events and fields are those of the catalogue.

  events.py SOURCE_DIR BREAKWATCH
"""
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[1])
catalogue = json.loads(subprocess.run([sys.argv[2], "events", "--json"], capture_output=True, text=True, check=True).stdout)
problems = []

readme = (root / "README.md").read_text(encoding="utf-8")
rows = re.findall(r"^\| BW-.*$", readme, re.MULTILINE)
wanted = ["| {code} | {msgid} | {meaning} | {action} |".format(**event) for event in catalogue["events"]]
if rows != wanted:
    problems.append("README.md: the table of events is to be\n" + "\n".join(wanted))

page = (root / "daemon/man/breakwatch.yaml.5").read_text(encoding="utf-8")


def listed(section):
    body = page[page.index(f".Sh {section}\n"):]
    body = body[:body.index("\n.Sh ", 5)]
    return [word for line in re.findall(r"^\.It Cm (.*)$", body, re.MULTILINE) for word in re.split(r" , (?:Cm )?", line)]


for section, words in (("EVENTS", [e["code"] for e in catalogue["events"]]), ("STRUCTURED DATA", [f["name"] for f in catalogue["fields"]])):
    if listed(section) != words:
        problems.append(f"breakwatch.yaml.5: {section} lists {listed(section)}, the catalogue {words}")

# A code that stands in a source by itself is one that the catalogue does not know of.
for path in [*(root / "daemon").rglob("*.cpp"), *(root / "policy").rglob("*.cpp")]:
    if re.search(r'"BW-\d{4}"', path.read_text(encoding="utf-8")):
        problems.append(f"{path.relative_to(root)}: an event's code; expected the catalogue's constant")

print("\n".join(problems) or f"{len(wanted)} events and {len(catalogue['fields'])} fields, one place each")
sys.exit(1 if problems else 0)
