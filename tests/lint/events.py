#!/usr/bin/env python3
"""breakwatch-events(7) is made from the catalogue; README's table of events and the list of codes in breakwatch.yaml(5) are
the catalogue's; a code stands in no source but there.

  events.py SOURCE_DIR BREAKWATCH [--write]     with --write the page is made anew
"""
import json
import pathlib
import re
import subprocess
import sys
import textwrap

root = pathlib.Path(sys.argv[1])
catalogue = json.loads(subprocess.run([sys.argv[2], "events", "--json"], capture_output=True, text=True, check=True).stdout)
problems = []


def prose(text):
    """A sentence a line; what is in backticks in quotation marks; numbers and signs as they are."""
    text = re.sub(r"`([^`]*)`", r"\\(oq\1\\(cq", text[0].upper() + text[1:])
    lines = []
    for sentence in re.split(r"(?<=[.;?]) (?=\S)", text):
        lines += textwrap.wrap(sentence, 140, break_long_words=False, break_on_hyphens=False)
    return "".join(line.replace("::", ":\\&:") + "\n" for line in lines)


def event(each):
    sometimes = f" Sometimes: {', '.join(each['sometimes'])}." if each["sometimes"] else ""
    ecs, ocsf = each["ecs"], each["ocsf"]
    return (f".It Cm {each['code']}\n{each['title']}\n.Pq {each['msgid']} .\n" + prose(each["meaning"] + ".") + prose(f"What to do: {each['action']}.") +
            prose(f"Usually {each['severity']}. Always: {', '.join(each['always'])}.{sometimes}") +
            prose(f"ECS: {ecs['kind']}, {ecs['category']}, {ecs['type']}; OCSF: class {ocsf['class_uid']}, activity {ocsf['activity_id']}."))


def field(each):
    unit = f", {each['unit']}" if each["unit"] else ""
    label = f" with the label {each['cef_label']}" if each["cef_label"] else ""
    return (f".It Cm {each['name']}\n" + prose(f"{each['type']}{unit}. {each['meaning'][0].upper()}{each['meaning'][1:]}.") +
            prose(f"For example \\(oq{each['example']}\\(cq. CEF: {each['cef']}{label}; LEEF: {each['leef']}; ECS: {each['ecs']}."))


ENVELOPE = ("seq", "prev", "epoch", "code", "schema", "time", "msgid", "truncated")
template = (root / "tests/lint/breakwatch-events.7.in").read_text(encoding="utf-8")
page = root / "daemon/man/breakwatch-events.7"
wanted = template.replace("@SCHEMA@", catalogue["schema"]).replace("@EVENTS@\n", "".join(map(event, catalogue["events"])))
wanted = wanted.replace("@ENVELOPE@\n", "".join(f".It Cm {each['name']}\n" + prose(f"{each['type']}. {each['meaning'][0].upper()}{each['meaning'][1:]}.")
                                               for each in catalogue["fields"] if each["name"] in ENVELOPE))
wanted = wanted.replace("@FIELDS@\n", "".join(map(field, (each for each in catalogue["fields"] if each["name"] not in ENVELOPE))))
if sys.argv[3:] == ["--write"]:
    page.write_text(wanted, encoding="utf-8")
if not page.exists() or page.read_text(encoding="utf-8") != wanted:
    problems.append("breakwatch-events.7 is not what the catalogue says; events.py --write makes it anew")

names = {each["name"] for each in catalogue["fields"]}
for each in catalogue["events"]:
    problems += [f"{each['code']}: no field '{name}' in the catalogue" for name in each["always"] + each["sometimes"] if name not in names]
told = {name for each in catalogue["events"] for name in each["always"] + each["sometimes"]} | set(ENVELOPE) | {"sample", "head"}
problems += [f"field '{name}' is of no event" for name in sorted(names - told)]
for form in ("cef", "leef", "ecs"):
    used = [each[form] for each in catalogue["fields"] if each["name"] not in ENVELOPE]
    problems += [f"{form}: '{name}' stands for two fields" for name in sorted({name for name in used if used.count(name) > 1})]

readme = (root / "README.md").read_text(encoding="utf-8")
rows = re.findall(r"^\| BW-.*$", readme, re.MULTILINE)
expected = ["| {code} | {msgid} | {meaning} | {action} |".format(**each) for each in catalogue["events"]]
if rows != expected:
    problems.append("README.md: the table of events is to be\n" + "\n".join(expected))

manual = (root / "daemon/man/breakwatch.yaml.5").read_text(encoding="utf-8")
body = manual[manual.index(".Sh EVENTS\n"):]
body = body[:body.index("\n.Sh ", 5)]
listed = [word for line in re.findall(r"^\.It Cm (.*)$", body, re.MULTILINE) for word in re.split(r" , (?:Cm )?", line)]
if listed != [each["code"] for each in catalogue["events"]]:
    problems.append(f"breakwatch.yaml.5: EVENTS lists {listed}, the catalogue {[each['code'] for each in catalogue['events']]}")

# A code that stands in a source by itself is one that the catalogue does not know of.
for path in [*(root / "daemon").rglob("*.cpp"), *(root / "policy").rglob("*.cpp")]:
    if re.search(r'"BW-\d{4}"', path.read_text(encoding="utf-8")):
        problems.append(f"{path.relative_to(root)}: an event's code; expected the catalogue's constant")

print("\n".join(problems) or f"{len(expected)} events and {len(catalogue['fields'])} fields, one place each")
sys.exit(1 if problems else 0)
