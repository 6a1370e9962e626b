#!/usr/bin/env python3
"""What is shipped for SIEMs says what the events say: every name and code is the catalogue's, files are well formed, and each rule
that can be evaluated here finds its events among samples of them all.

  siem.py SOURCE_DIR BREAKWATCH [--write]     with --write the files that are made from the catalogue are made anew
"""
import configparser
import csv
import io
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

try:
    import yaml
except ImportError:
    print("skipped: python3-yaml is not installed")
    sys.exit(77)

root, tool = pathlib.Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, str(root / "tests/conformance"))
import format_parsers as parsers  # noqa: E402

siem = root / "daemon/siem"
problems = []


def run(*arguments):
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=True).stdout


catalogue = json.loads(run("events", "--json"))
events, fields = catalogue["events"], {field["name"]: field for field in catalogue["fields"]}
codes = {event["code"] for event in events}


def bodies(form, header="rfc5424"):
    return [parsers.split_header(line, header)[1] for line in run("emit-samples", "--format", form, "--header", header).splitlines()]


samples = [parsers.json_object(body) for body in bodies("json", "rfc3164")]
real = [{name: value for name, value in sample.items() if name != "sample"} for sample in samples]
members = set(fields) | {"severity", "text"}
cef_keys = {key for body in bodies("cef") for key, _ in parsers.cef(body)[1]} | {field["cef"] for field in fields.values()}
cef_keys |= {field["cef_otherwise"] for field in fields.values()} | {"dvchost"}


def expect(wrong, what, where):
    problems.extend(f"{where}: {what} '{each}' is not the catalogue's" for each in sorted(set(wrong)))


def text_of(name):
    return (siem / name).read_text(encoding="utf-8")


def made(name, wanted):
    if sys.argv[3:] == ["--write"]:
        (siem / name).write_text(wanted, encoding="utf-8")
    if not (siem / name).exists() or text_of(name) != wanted:
        problems.append(f"{name} is not what the catalogue says; siem.py --write makes it anew")


def table(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


# Every file: codes.
for path in sorted(siem.rglob("*")):
    if path.is_file():
        expect(set(re.findall(r"BW-\d{4}", path.read_text(encoding="utf-8"))) - codes, "code", path.relative_to(siem))
for folder in (each.name for each in siem.iterdir() if each.is_dir()):
    if f"| `{folder}` |" not in text_of("README.md"):
        problems.append(f"README.md says nothing of {folder}")

# Wazuh: rules are tried level 0 first, then from the highest level on; the deepest that holds is the event's.
decoders = xml.fromstring(f"<all>{text_of('wazuh/breakwatch_decoders.xml')}</all>")
rules = [rule for group in xml.fromstring(f"<all>{text_of('wazuh/breakwatch_rules.xml')}</all>") for rule in group.iter("rule")]
ids = [int(rule.get("id")) for rule in rules]
if len(set(ids)) != len(ids) or min(ids) < 100_000 or {each.text for rule in rules for each in rule.findall("if_sid")} - {str(each) for each in ids}:
    problems.append(f"wazuh: ids {ids}: not unique, not a user's own, or a parent that is not there")
for rule in rules:
    expect({each.get("name") for each in rule.findall("field")} - members, "field", f"wazuh rule {rule.get('id')}")
    expect(set(re.findall(r"\$\((\w+)\)", rule.findtext("description"))) - members, "field", f"wazuh rule {rule.get('id')}")


def wazuh(event, parent=None):
    held = [rule for rule in rules if rule.findtext("if_sid") == parent]
    for rule in sorted(held, key=lambda each: (int(each.get("level")) > 0, -int(each.get("level")))):
        if all(re.search(each.text, json.dumps(event.get(each.get("name"), "")).strip('"')) for each in rule.findall("field")):
            return wazuh(event, rule.get("id")) or int(rule.get("id"))
    return None


by_rule = {"BW-1001": 100510, "BW-1002": 100511, "BW-1003": 100512, "BW-1004": 100541, "BW-2001": 100520, "BW-2003": 100520, "BW-2004": 100520, "BW-4001": 100540,
           "BW-4002": 100541, "BW-4003": 100541, "BW-4004": 100541, "BW-4005": 100541, "BW-4010": 100541, "BW-4011": 100541, "BW-4012": 100541, "BW-4013": 100541, "BW-5001": 100520, "BW-9001": 100500, "BW-9002": 100550, "BW-9003": 100552, "BW-1005": 100500}
for event, sample in zip(real, samples):
    wanted = by_rule.get(event["code"], 100531 if event["severity"] <= 4 else 100530)
    if wazuh(event) != wanted or wazuh(sample) != 100501:
        problems.append(f"wazuh: {event['code']} meets rule {wazuh(event)}, its sample {wazuh(sample)}; expected {wanted} and 100501")
if wazuh(next(event for event in real if event["code"] == "BW-9002") | {"unclean": True}) != 100551:
    problems.append("wazuh: an unclean start meets another rule than 100551")

# Elastic.
kinds = {"text": {"type": "keyword", "ignore_above": 8191}, "count": {"type": "long"}, "ratio": {"type": "double"}, "seconds": {"type": "double"},
         "time": {"type": "date", "ignore_malformed": True}, "flag": {"type": "boolean"}}
own = {field["ecs"].removeprefix("breakwatch."): kinds[field["type"]] for field in fields.values() if field["ecs"].startswith("breakwatch.")}
template = {
    "index_patterns": ["logs-breakwatch.events-*"], "data_stream": {}, "priority": 200, "composed_of": ["ecs@mappings"], "ignore_missing_component_templates": ["ecs@mappings"],
    "_meta": {"description": "breakwatch: events, made from its catalogue", "schema": catalogue["schema"]},
    "template": {"settings": {"index.default_pipeline": "breakwatch", "index.mapping.ignore_malformed": True}, "mappings": {"properties": {"breakwatch": {"properties": own}}}}}
made("elastic/index-template.json", json.dumps(template, indent=2) + "\n")
pipeline = json.loads(text_of("elastic/ingest-pipeline.json"))
used = {path for step in pipeline["processors"] for path in step.get("fingerprint", {}).get("fields", [])} | {step["set"]["copy_from"] for step in pipeline["processors"] if "copy_from" in step.get("set", {})}
for body in bodies("ecs"):
    document = parsers.json_object(body)
    for path in used - {"observer.hostname"}:
        value = document
        for part in path.split("."):
            value = value[part] if isinstance(value, dict) and part in value else problems.append(f"elastic: no {path} in {document['event']['code']}")
    expect({f"breakwatch.{name}" for name in document["breakwatch"]} - {f"breakwatch.{name}" for name in own}, "field", "elastic/index-template.json")

# Splunk: its expressions against a CEF parser.
stanzas = {}
for name in ("props", "transforms", "savedsearches"):
    stanzas[name] = configparser.RawConfigParser(delimiters="=", strict=True)
    stanzas[name].optionxform = str
    stanzas[name].read_string(text_of(f"splunk/{name}.conf"))
props = stanzas["props"]["breakwatch:cef"]
named = {value for key, value in props.items() if key.startswith("REPORT-")}
if named != set(stanzas["transforms"].sections()):
    problems.append(f"splunk: props.conf uses {named}, transforms.conf has {stanzas['transforms'].sections()}")
header, pairs = (re.compile(stanzas["transforms"][name]["REGEX"]) for name in ("breakwatch_cef_header", "breakwatch_cef_pairs"))
for body in bodies("cef"):
    parts, wanted = parsers.cef(body)
    found = header.search(body)
    if list(found.groups()) != parts[2:6] or pairs.findall(body[found.end() - 1:]) != wanted:
        problems.append(f"splunk: the extraction gives {found.groups()} {pairs.findall(body[found.end() - 1:])}, the event is {parts} {wanted}")
made_fields = {key.split("-", 1)[1] for key in props if key.startswith("EVAL-")} | {"signature_id", "signature", "severity_id", "product_version", "user", "app"}
searched = " ".join(stanzas["savedsearches"][name]["search"] for name in stanzas["savedsearches"].sections()) + " ".join(value for key, value in props.items() if key.startswith("EVAL-"))
expect(set(re.findall(r"\b(?:bw\w+|cs\d|cn\d|cfp\d|flex\w+|externalId|suser|dvc\w+)\b", searched)) - cef_keys - made_fields, "CEF key", "splunk")

# QRadar, Sentinel.
made("qradar/qid-map.csv", table([("event_id", "event_category", "name", "sev", "description")] + [
    (event["code"], sort, event["title"], {"critical": 9, "error": 7, "warning": 6, "notice": 4, "informational": 2}[event["severity"]], event["meaning"])
    for event in events for sort in event["msgid"].split(", ")]))
for body in bodies("leef"):
    parts, attributes = parsers.leef(body)
    row = next((row for row in csv.DictReader(io.StringIO(text_of("qradar/qid-map.csv"))) if (row["event_id"], row["event_category"]) == (parts[3], dict(attributes)["cat"])), None)
    if not row or row["sev"] != dict(attributes)["sev"]:
        problems.append(f"qradar: {parts[3]}: the map says {row}, the event {attributes[:4]}")
columns = {"externalId": "ExternalID", "suser": "SourceUserName", "app": "ApplicationProtocol", "start": "StartTime", "cnt": "EventCount", "flexString1": "FlexString1", "flexString2": "FlexString2"}
columns |= {f"cs{n}": f"DeviceCustomString{n}" for n in range(1, 7)} | {f"cn{n}": f"DeviceCustomNumber{n}" for n in range(1, 4)} | {f"cfp{n}": f"DeviceCustomFloatingPoint{n}" for n in range(1, 5)}
made("sentinel/cef-map.csv", table([("field", "cef_key", "label", "column", "type", "meaning")] + [
    (field["name"], field["cef"], field["cef_label"], columns.get(field["cef"], "AdditionalExtensions"), field["type"], field["meaning"])
    for field in fields.values() if field["name"] not in ("code", "time", "msgid")] + [
    ("code", "(signature)", "", "DeviceEventClassID", "text", fields["code"]["meaning"]), ("time", "rt", "", "ReceiptTime", "time", fields["time"]["meaning"]),
    ("msgid", "cat", "", "DeviceEventCategory", "text", fields["msgid"]["meaning"])]))
known = set(columns.values()) | {"TimeGenerated", "DeviceVendor", "DeviceProduct", "DeviceEventClassID", "DeviceName", "Message", "AdditionalExtensions", "CommonSecurityLog"}
for path in sorted(siem.glob("sentinel/*.kql")):
    query = re.sub(r"//.*", "", path.read_text(encoding="utf-8"))
    expect(set(re.findall(r"\bbw[A-Z]\w*", query)) - cef_keys, "CEF key", path.name)
    named = set(re.findall(r"(?:extend|summarize|project|,)\s+([A-Z]\w*) = ", query)) | set(re.findall(r"([A-Z]\w*) = ", query))
    expect(set(re.findall(r"\b[A-Z][A-Za-z]+\d?\b", re.sub(r'@?"[^"]*"', "", query))) - known - named, "column", path.name)

# Graylog.
expect(set(re.findall(r"breakwatch_(\w+)", text_of("graylog/breakwatch.pipeline").replace('"breakwatch_"', ""))) - members, "field", "graylog")

# Sigma: selections that are mappings, with the modifiers that are used here.


def selected(selection, event):
    def holds(key, wanted):
        name, _, how = key.partition("|")
        value = event.get(name)
        return {"": value == wanted, "startswith": str(value).startswith(str(wanted)), "lte": how == "lte" and value <= wanted}[how]
    return all(holds(key, wanted) for key, wanted in selection.items())


meets = {"incident": {"BW-1001"}, "identity_opened": {"BW-4001"}, "unclean_start": {"BW-9002"},
         "blind": {event["code"] for event in events if event["code"].startswith("BW-30") and event["severity"] in ("critical", "error", "warning")}}
uids = set()
for path in sorted(siem.glob("sigma/*.yml")):
    rule = yaml.safe_load(path.read_text(encoding="utf-8"))
    uids.add(rule["id"])
    names = {key.partition("|")[0] for part, selection in rule["detection"].items() if part != "condition" for key in selection} | set(rule["fields"])
    expect(names - members, "field", path.name)
    if rule["detection"]["condition"] != "selection and not sample":
        problems.append(f"{path.name}: a condition that this test does not know")
    raised = [event | ({"unclean": True} if "unclean" in event else {}) for event in real]
    found = {event["code"] for event in raised if selected(rule["detection"]["selection"], event)}
    if found != meets[path.stem]:
        problems.append(f"{path.name}: finds {sorted(found)}, expected {sorted(meets[path.stem])}")
    if any(selected(rule["detection"]["selection"], sample) and not selected(rule["detection"]["sample"], sample) for sample in samples):
        problems.append(f"{path.name}: takes a sample for an event")
if len(uids) != len(meets):
    problems.append("sigma: two rules with one id, or a rule that this test does not know")

print("\n".join(problems) or f"{sum(path.is_file() for path in siem.rglob('*'))} files speak of {len(events)} events as the catalogue does")
sys.exit(1 if problems else 0)
