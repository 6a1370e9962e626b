#!/usr/bin/env python3
"""The man page's rows of feeds' and sinks' keys are those of the tables that the loader reads by.

  keys.py SOURCE_DIR BREAKWATCH [--write]     with --write the rows are put into the page
"""
import json
import pathlib
import re
import subprocess
import sys
import textwrap

page = pathlib.Path(sys.argv[1]) / "daemon/man/breakwatch.yaml.5"
known = json.loads(subprocess.run([sys.argv[2], "keys", "--json"], capture_output=True, text=True, check=True).stdout)


def mdoc(text):
    """A sentence a line; what is in backticks in quotation marks; pages and sections as links."""
    lines = []
    for sentence in re.split(r"(?<=[.:;]) (?=[A-Z0-9`])", text):
        sentence = re.sub(r"`([^`]*)`", r"\\(oq\1\\(cq", sentence)
        sentence = re.sub(r"see ([A-Z]{2,}(?: [A-Z]{2,})*)([).,;]*) ?", lambda m: f"see\n.Sx {m[1]}{closing(m[2])}\n", sentence)
        sentence = re.sub(r"([a-z][a-z-]+)\((\d)\)([).,;]*) ?", lambda m: f"\n.Xr {m[1]} {m[2]}{closing(m[3])}\n", sentence)
        for part in filter(str.strip, sentence.split("\n")):
            lines += [part] if part.startswith(".") else textwrap.wrap(part, 140, break_long_words=False, break_on_hyphens=False)
    return "".join(line.replace("::", ":\\&:") + "\n" for line in lines)


def closing(marks):
    return "".join(" " + mark for mark in marks)


def kinds_of(key):
    needs = [kind["kind"] for kind in known["call_kinds"] if key in kind["needs"]]
    may = [kind["kind"] for kind in known["call_kinds"] if key in kind["may"]]
    said = [f"{word} {', '.join(each)}" for word, each in (("Needed for", needs), ("Of", may)) if each]
    return "; ".join(said[:1] + [each[0].lower() + each[1:] for each in said[1:]]) + "." if said else ""


def row(name, key):
    head = key["type"][0].upper() + key["type"][1:]
    fallback = f"`{key['default']}`" if key["default"] else key["otherwise"]
    text = f".It Cm {key['key']}\n" + mdoc(head + (f", default {fallback}." if fallback else "."))
    if name == "calls":
        text += mdoc(kinds_of(key["key"]))
    text += mdoc(key["meaning"])
    if name == "calls" and key["key"] == "kind":
        text += ".Bl -tag -width unix-socket -compact\n"
        text += "".join(f".It Cm {kind['kind']}\n{mdoc(kind['meaning'] + '.')}" for kind in known["call_kinds"]) + ".El\n"
    return text


def rows(name):
    return "".join(row(name, key) for key in known["lists"][name])


text = page.read_text(encoding="utf-8")
blocks = re.findall(r'^\.\\" keys of ([a-z_.]+)\n(.*?)^\.\\" end of keys\n', text, re.MULTILINE | re.DOTALL)
problems = []
for name, body in blocks:
    if body != rows(name):
        problems.append(f"breakwatch.yaml.5: the rows of {name} are not those of the tables; keys.py --write puts them in")
    text = text.replace(f'.\\" keys of {name}\n{body}', f'.\\" keys of {name}\n{rows(name)}')
profiles = "".join(f".It Cm {each['profile']}\n" + mdoc(f"`header: {each['header']}`, `format: {each['format']}`; by TCP {each['framing']}. {each['why'][0].upper()}{each['why'][1:]}.")
                   for each in known["sink_profiles"])
found = re.search(r'^\.\\" profiles\n(.*?)^\.\\" end of profiles\n', text, re.MULTILINE | re.DOTALL)
if not found or found[1] != profiles:
    problems.append("breakwatch.yaml.5: the profiles are not those of the table; keys.py --write puts them in")
    text = text.replace(found[0], f'.\\" profiles\n{profiles}.\\" end of profiles\n') if found else text
missing = {name for name, keys in known["lists"].items() if len(keys) > 1} - {name for name, _ in blocks}
problems += [f"breakwatch.yaml.5: no rows of {name}" for name in sorted(missing)]
if sys.argv[3:] == ["--write"]:
    page.write_text(text, encoding="utf-8")
print("\n".join(problems) or f"{sum(len(keys) for keys in known['lists'].values())} keys of {len(known['lists'])} lists, one place each")
sys.exit(1 if problems else 0)
