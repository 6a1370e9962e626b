#!/usr/bin/env python3
"""What a user can type or read is in the man pages: every key of the configuration and of the files it
names, every command and option, every field of a message (of events: events.py).

  man_covers.py SOURCE_DIR
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
MAN = ROOT / "daemon" / "man"
READERS = "text|boolean|integer|real|duration|date|file_path|file_paths|texts|text_or_texts|known_texts|one_of<[^>]*>|map|maps|required"
problems = []


def source(*patterns):
    return "\n".join(path.read_text(encoding="utf-8") for pattern in patterns for path in sorted((ROOT / "daemon").glob(pattern)))


def documented(page):
    """The words marked as literal (`Cm`), in a list of their own or in a sentence; several are parted by blank-comma."""
    words = set()
    for line in (MAN / page).read_text(encoding="utf-8").splitlines():
        if not line.startswith((".It Cm ", ".Cm ")):
            continue
        for part in line.removeprefix(".It ").removeprefix(".").split(" , "):
            words |= set(part.split()[1:]) if part.startswith("Cm ") else set()
    return words


def need(words, known, page, what):
    if not words:
        problems.append(f"no {what} found in the source: this test looks in the wrong place")
    problems.extend(f"{page}: {what} '{word}' is not documented" for word in sorted(words - known))


yaml_page = documented("breakwatch.yaml.5")
mapping_files = sorted((ROOT / "daemon/config").glob("load_call_mapping*.cpp"))
mappings = "\n".join(path.read_text(encoding="utf-8") for path in mapping_files)
loaders = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "daemon/config").glob("load_*.cpp")) if path not in mapping_files)
loaders += source("config/roster_presets.cpp")
mapping_keys = set(re.findall(r"\.(?:%s|named_texts)\(\"([a-z_]+)\"" % READERS, mappings))
mapping_keys |= set(re.findall(r"(?:field|words|read_texts)\((?:map, )?\"([a-z_]+)\"", mappings))
need(mapping_keys, documented("breakwatch-mapping.5"), "breakwatch-mapping.5", "key")
keys = set(re.findall(r"\.(?:%s)\(\"([a-z_]+)\"" % READERS, loaders))
keys |= set(re.findall(r"read_named<\w+>\(\w+, \"([a-z_]+)\"", loaders))
need(keys, yaml_page, "breakwatch.yaml.5", "key")

columns = set(re.findall(r"\"([a-z_]+)\", &columns\.", loaders))
for table in re.findall(r"columns\{([^}]*)\}", source("feeds/people/enrolment_csv.cpp")):
    columns |= set(re.findall(r"\"([a-z_]+)\"", table))
need(columns, yaml_page, "breakwatch.yaml.5", "column")

call_keys = re.search(r"kKeys\{([^}]*)\}", source("feeds/calls/generic/call_ndjson.cpp"))
need(set(re.findall(r"\"(\w+)\"", call_keys.group(1))) if call_keys else set(), yaml_page, "breakwatch.yaml.5", "call event key")

wording = source("store/wording.cpp", "alerts/formats/structured_body.cpp")
fields = set(re.findall(r"add\((?:out, )?\"([a-z_]+)\"", wording)) | set(re.findall(r"\{\"([a-z]+)\", ", wording))
need(fields, documented("breakwatch-events.7"), "breakwatch-events.7", "field")

for page, sources in (("breakwatch.1", source("cli/*.cpp")), ("breakwatchd.8", source("app/*.cpp"))):
    need(set(re.findall(r"add_subcommand\(\s*\"([a-z]+)\"", sources)), documented(page), page, "command")
    text = (MAN / page).read_text(encoding="utf-8")
    for names in re.findall(r"add_(?:option|flag)\(\s*\"(-[^\"]+)\"", sources):
        for name in names.split(","):
            if f"Fl {name[1:]}" not in text:
                problems.append(f"{page}: option '{name}' is not documented")

print("\n".join(problems) or "the man pages know everything")
sys.exit(1 if problems else 0)
