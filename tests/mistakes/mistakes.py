#!/usr/bin/env python3
"""Typical mistakes in the files that an operator writes: each gives exactly one clear line, with its place and what was
expected, and exit status 3 (4 for what must be stated); what only deserves a warning gives one line and status 0.

  mistakes.py BREAKWATCHD [NAME...]

Each row: name, file, what is written in place of what (None: at the end), and a pattern of the line after the file's name.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

GOOD = {
    "breakwatch.yaml": """\
purpose:
  text: Protect customers from being contacted by the staff who handled their call
  responsible: Head of information security
  rules_reference: Staff handbook 2026, section 7.4
  notice_date: 2026-10-01
  retention: 180 days
site:
  name: osaka
  time_zone: Asia/Tokyo
due:
  triaged: 4h
capture:
  interface: lo
  snaplen: 1600
  promiscuous: true
  filter: vlan or ip
enrolment: enrolment.csv
rosters: [roster.csv]
roster:
  duty: roster
  activities:
    shift: [denwa]
calls:
  - name: acd
    kind: ndjson-file
    path: calls.ndjson
    silence: 60min
  - name: pbx
    kind: ami
    host: 127.0.0.1
    user: breakwatch
    secret_file: ami.secret
radius:
  - name: wlan
    port: 21813
    clients:
      - name: controller
        address: 10.20.0.2
        secret_file: radius.secret
zones:
  - zone: break-area
    subnets: [10.77.0.0/24]
  - zone: operator-floor
    vlans: [30]
    devices_allowed: false
rules: rules.yaml
state_directory: state
runtime_directory: run
syslog:
  - name: siem
    transport: tcp
    host: 127.0.0.1
    port: 5514
    heartbeat: 60s
""",
    "rules.yaml": """\
version: 1
rules:
  - id: post-after-call
    kind: post_after_call
    within: 15min
    platforms: [x, instagram]
    least_tier: b
    severity: warning
""",
    "enrolment.csv": """\
staff_id,macs,radius_users,agent_aliases,notice_date,consent_date,withdrawn_date
1042,ae:a9:50:67:bc:13,s1042,Agent 42,2026-10-01,2026-10-05,
1043,40:4e:36:1a:75:0c,s1043,Agent 43,2026-10-01,2026-10-05,
""",
    "roster.csv": """\
agent_id,start,end,activity,tz,site
1042,2026-11-23T21:00:00,2026-11-24T06:00:00,shift,Asia/Tokyo,osaka
1043,2026-11-23T21:00:00,2026-11-24T06:00:00,shift,Asia/Tokyo,osaka
""",
    "calls.ndjson": "",
    "posts.csv": "Network,at,Post ID,text\nTwitter,2026-11-23 17:00:00,p-1,\"a\nb\"\n",
    "ami.secret": "secret-of-ami\n",
    "radius.secret": "secret-of-radius\n",
}

CALL = '{"v":1,"src":"acd","id":"c1","type":"call_end","agent":"AGENT","t":"2026-11-23T16:44:10.310Z","queue":"orders"}\n'

MENTIONS = """\
mentions:
  - name: listening
    kind: csv-file
    path: posts.csv
    fields: {platform: Network, reference: Post ID}
    platforms: {Twitter: x}
    within: 60s
syslog:
"""

C, R, E, S = "breakwatch.yaml", "rules.yaml", "enrolment.csv", "roster.csv"
MISTAKES = [
    # --- YAML itself ---
    ("key-misspelt", C, "  interface: lo", "  interfce: lo", r":13:3: capture\.interfce: unknown key; did you mean 'interface'\?"),
    ("section-misspelt", C, "capture:", "captur:", r":12:1: captur: unknown key; did you mean 'capture'\?"),
    ("key-in-upper-case", C, "enrolment: enr", "Enrolment: enr", r":17:1: Enrolment: unknown key; did you mean 'enrolment'\?"),
    ("key-with-a-dash", C, "  rules_reference:", "  rules-reference:", r":4:3: purpose\.rules-reference: unknown key; did you mean 'rules_reference'\?"),
    ("american-spelling", C, "enrolment: enr", "enrollment: enr", r":17:1: enrollment: unknown key; did you mean 'enrolment'\?"),
    ("key-in-the-wrong-section", C, "due:\n", "snaplen: 1600\ndue:\n", r":10:1: snaplen: unknown key; expected it in capture"),
    ("tab-instead-of-blanks", C, "  name: osaka", "\tname: osaka", r":8:1: .*tab.*expected blanks"),
    ("indented-too-far", C, "  name: osaka\n", "    name: osaka\n", r":9:\d+: .*indent"),
    ("not-indented", C, "  name: osaka\n", "name: osaka\n", r":\d+:\d+: .*"),
    ("no-blank-after-the-colon", C, "  name: osaka", "  name:osaka", r":\d+:\d+: .*"),
    ("colon-in-a-text", C, "section 7.4", "section: 7.4", r":4:\d+: .*quotes"),
    ("quote-not-closed", C, "name: osaka", "name: \"osaka", r":\d+:\d+: .*quot"),
    ("bracket-not-closed", C, "[roster.csv]", "[roster.csv", r":\d+:\d+: .*"),
    ("key-twice", C, "  snaplen: 1600", "  interface: eth2", r":14:3: capture\.interface: stands twice; the first is on line 13"),
    ("section-twice", C, None, "capture:\n  interface: eth2\n", r":\d+:1: capture: stands twice; the first is on line 12"),
    ("two-documents", C, "due:\n", "---\ndue:\n", r":\d+:1: .*second document"),
    ("merge-key", C, "  name: osaka", "  <<: {name: osaka}", r":8:3: site\.<<: .*merge"),
    ("empty-file", C, ..., "", r": is empty; expected"),
    ("list-instead-of-mapping", C, "capture:\n  interface: lo", "capture:\n  - interface: lo", r":\d+:\d+: .*"),
    ("text-instead-of-mapping", C, "site:\n  name: osaka\n  time_zone: Asia/Tokyo\n", "site: osaka\n", r":7:7: site: .*expected a mapping"),
    ("text-instead-of-list", C, "[roster.csv]", "roster.csv", r":18:10: rosters: .*expected a list"),
    ("mapping-instead-of-list", C, "syslog:\n  - name", "syslog:\n    name", r":50:5: syslog: expected a list"),
    ("list-instead-of-text", C, "filter: vlan or ip", "filter: [vlan, ip]", r":16:11: capture\.filter: found a list; expected a text"),
    ("interface-twice", C, "interface: lo", "interface: [lo, lo]", r":13:14: capture\.interface: names an interface twice"),
    ("value-left-out", C, "interface: lo", "interface:", r":\d+:\d+: capture\.interface: is empty; expected"),
    ("null", C, "name: osaka", "name: null", r":8:9: site\.name: is empty; expected"),
    ("empty-list-of-sinks", C, re.compile(r"syslog:\n(  .*\n)+"), "syslog: []\n", r"syslog: names no sink"),
    # --- YAML 1.1's traps ---
    ("boolean-misspelt", C, "promiscuous: true", "promiscuous: ture", r":15:16: capture\.promiscuous: found 'ture'; expected true or false"),
    ("boolean-as-number", C, "promiscuous: true", "promiscuous: 1", r":15:16: capture\.promiscuous: found '1'; expected true or false"),
    ("octal-number", C, "port: 21813", "port: 021813", r":35:11: radius\[0\]\.port: found '021813'; .*zero"),
    ("number-with-separators", C, "snaplen: 1600", "snaplen: 1,600", r":14:12: capture\.snaplen: found '1,600'; expected a whole number"),
    ("number-with-a-unit", C, "snaplen: 1600", "snaplen: 1600B", r":14:12: capture\.snaplen: found '1600B'; expected a whole number"),
    ("sexagesimal-duration", C, "silence: 60min", "silence: 1:00", r":\d+:14: calls\[0\]\.silence: found '1:00'; expected a duration"),
    # --- values ---
    ("port-too-great", C, "port: 5514", "port: 70000", r":\d+:11: syslog\[0\]\.port: found '70000'; expected a whole number from 1 to 65535"),
    ("port-negative", C, "port: 5514", "port: -1", r":\d+:11: syslog\[0\]\.port: found '-1'; expected a whole number"),
    ("port-of-the-privileged", C, "port: 21813", "port: 813", r":35:11: radius\[0\]\.port: found 813; expected a port from 1024 on"),
    ("host-with-port", C, "    host: 127.0.0.1\n    port: 5514", "    host: 127.0.0.1:5514\n    port: 5514", r":\d+:11: syslog\[0\]\.host: found '127.0.0.1:5514'; .*port"),
    ("host-as-url", C, "    host: 127.0.0.1\n    port: 5514", "    host: tcp://10.0.0.20\n    port: 5514", r":\d+:11: syslog\[0\]\.host: found 'tcp://10.0.0.20'; expected"),
    ("duration-without-unit", C, "silence: 60min", "silence: 60", r":\d+:14: calls\[0\]\.silence: found '60'; expected a duration such as"),
    ("duration-with-a-wrong-unit", C, "silence: 60min", "silence: 60m", r":\d+:14: calls\[0\]\.silence: found '60m'; expected a duration.*min"),
    ("duration-in-words", C, "retention: 180 days", "retention: half a year", r":6:14: purpose\.retention: found 'half a year'; expected a duration"),
    ("retention-in-months", C, "retention: 180 days", "retention: 6 months", r":6:14: purpose\.retention: found '6 months'; expected a duration"),
    ("time-zone-abbreviation", C, "Asia/Tokyo\ndue", "JST\ndue", r":9:14: site\.time_zone: found 'JST'; expected an IANA time zone such as Asia/Tokyo"),
    ("time-zone-offset", C, "Asia/Tokyo\ndue", "UTC+9\ndue", r":9:14: site\.time_zone: found 'UTC\+9'; expected an IANA time zone"),
    ("time-zone-misspelt", C, "Asia/Tokyo\ndue", "Asia/Tokio\ndue", r":9:14: site\.time_zone: found 'Asia/Tokio'; expected an IANA time zone"),
    ("notice-date-in-slashes", C, "notice_date: 2026-10-01", "notice_date: 10/01/2026", r":5:16: purpose\.notice_date: found '10/01/2026'; expected a date such as 2026-10-01"),
    ("notice-date-without-zeros", C, "notice_date: 2026-10-01", "notice_date: 2026-10-1", r":5:16: purpose\.notice_date: found '2026-10-1'; expected a date"),
    ("notice-date-that-is-none", C, "notice_date: 2026-10-01", "notice_date: 2026-02-30", r":5:16: purpose\.notice_date: found '2026-02-30'; expected a date"),
    ("notice-date-to-come", C, "notice_date: 2026-10-01", "notice_date: 2099-10-01", r":5:16: purpose\.notice_date: .*2099-10-01.*to come"),
    ("purpose-missing", C, re.compile(r"  responsible: .*\n"), "", r"purpose\.responsible: is not stated"),
    ("transport-misspelt", C, "transport: tcp", "transport: tpc", r":51:16: syslog\[0\]\.transport: found 'tpc'; expected one of .*; did you mean 'tcp'\?"),
    ("format-of-alerts", C, "transport: tcp", "transport: tcp\n    format: jsn", r":52:13: syslog\[0\]\.format: found 'jsn'; expected one of rfc5424, json, cef, leef, ecs, ocsf"),
    ("header-of-alerts", C, "transport: tcp", "transport: tcp\n    header: rfc3339", r":52:13: syslog\[0\]\.header: found 'rfc3339'; expected one of rfc5424, rfc3164"),
    ("profile-of-a-receiver", C, "transport: tcp", "transport: tcp\n    profile: qrader", r":52:14: syslog\[0\]\.profile: .*'qradar'"),
    ("filter-by-no-rule", C, "transport: tcp", "transport: tcp\n    filter: {rules: [post-after-cal]}", r"syslog\[0\]\.filter\.rules: found 'post-after-cal', which is no rule's id"),
    ("filter-by-no-code", C, "transport: tcp", "transport: tcp\n    filter: {codes: [BW-8]}", r":52:\d+: syslog\[0\]\.filter\.codes: found 'BW-8', which no event's code begins with"),
    ("severity-of-no-code", C, "transport: tcp", "transport: tcp\n    severity: {BW-100: error}", r":52:\d+: syslog\[0\]\.severity\.BW-100: is no code of an event"),
    ("transport-in-upper-case", C, "transport: tcp", "transport: TCP", r":51:16: syslog\[0\]\.transport: found 'TCP'; .*did you mean 'tcp'\?"),
    ("kind-misspelt", C, "kind: ndjson-file", "kind: ndjson_file", r":\d+:11: calls\[0\]\.kind: found 'ndjson_file'; expected one of .*did you mean 'ndjson-file'\?"),
    ("polled-in-a-format-without-requests", C, "kind: ndjson-file\n    path: calls.ndjson", "kind: https-poll\n    url: https://api.example.com\n    secret_file: ami.secret\n    format: genesys-cloud", r":\d+:13: calls\[0\]\.format: 'genesys-cloud' says nothing of requests; expected a mapping with poll:"),
    ("kind-without-its-keys", C, "    path: calls.ndjson\n", "", r":\d+:\d+: calls\[0\]: 'path' is missing; expected a file name"),
    ("key-of-another-kind", C, "    silence: 60min", "    user: breakwatch", r":\d+:11: calls\[0\]\.user: means nothing for kind ndjson-file"),
    ("name-missing", C, "  - name: acd\n    kind", "  - kind", r":\d+:\d+: calls\[0\]: 'name' is missing"),
    ("name-with-blanks", C, "name: siem", "name: my siem", r":50:11: syslog\[0\]\.name: found 'my siem'; expected letters"),
    ("name-taken", C, "name: pbx", "name: acd", r":\d+:11: calls\[1\]\.name: 'acd' is taken already"),
    ("subnet-without-length", C, "10.77.0.0/24", "10.77.0.0", r":42:14: zones\[0\]\.subnets: found '10.77.0.0'; expected a network such as 10.77.0.0/24"),
    ("subnet-with-host-bits", C, "10.77.0.0/24", "10.77.0.5/24", r":42:14: zones\[0\]\.subnets: found '10.77.0.5/24'; .*10.77.0.0/24"),
    ("subnet-too-long", C, "10.77.0.0/24", "10.77.0.0/33", r":42:14: zones\[0\]\.subnets: found '10.77.0.0/33'; expected a network"),
    ("subnet-as-mask", C, "10.77.0.0/24", "10.77.0.0/255.255.255.0", r":42:14: zones\[0\]\.subnets: found .*expected a network"),
    ("vlan-out-of-range", C, "vlans: [30]", "vlans: [4095]", r":44:12: zones\[1\]\.vlans: found '4095'; expected VLAN numbers"),
    ("zone-twice", C, "zone: operator-floor", "zone: break-area", r":43:11: zones\[1\]\.zone: .*break-area.*"),
    ("radius-client-bad-address", C, "address: 10.20.0.2", "address: controller.local", r":\d+:18: radius\[0\]\.clients\[0\]\.address: found 'controller.local'; expected an IP address or network"),
    ("filter-does-not-compile", C, "filter: vlan or ip", "filter: vlann 20", r":16:11: capture\.filter: \"vlann 20\": .*expected a filter"),
    ("interface-as-a-path", C, "interface: lo", "interface: /dev/eth1", r":13:14: capture\.interface: found '/dev/eth1'; expected an interface's name"),
    # --- mentions ---
    ("mentions-without-a-file", C, "syslog:\n", "mentions:\n  - name: m\nsyslog:\n", r":50:5: mentions\[0\]: 'path' is missing; expected the file of the export"),
    ("mentions-kind", C, "syslog:\n", MENTIONS.replace("csv-file", "csv"), r":51:11: mentions\[0\]\.kind: found 'csv'; expected one of csv-file, ndjson-file, webhook"),
    ("mentions-key-of-a-webhook", C, "syslog:\n", MENTIONS.replace("within: 60s", "port: 8444"), r":55:11: mentions\[0\]\.port: means nothing for a file"),
    ("mentions-webhook-without-certificate", C, "syslog:\n", MENTIONS.replace("csv-file\n    path: posts.csv", "webhook\n    key_file: ami.secret\n    secret_file: ami.secret"), r":50:5: mentions\[0\]: 'certificate_file' is missing; expected a file name; kind webhook needs it"),
    ("mentions-encoding-of-json", C, "syslog:\n", MENTIONS.replace("csv-file", "ndjson-file").replace("within: 60s", "encoding: utf-8"), r":55:15: mentions\[0\]\.encoding: means nothing for JSON"),
    ("mentions-pointer-into-a-table", C, "syslog:\n", MENTIONS.replace("Post ID", "/post/id"), r":53:\d+: mentions\[0\]\.fields\.reference: found '/post/id'; expected a column's name"),
    ("mentions-field-misspelt", C, "syslog:\n", MENTIONS.replace("reference: ", "refrence: "), r":53:\d+: mentions\[0\]\.fields\.refrence: unknown key; did you mean 'reference'\?"),
    ("mentions-platform-unknown", C, "syslog:\n", MENTIONS.replace("Twitter: x", "Insta: instgram"), r":54:\d+: mentions\[0\]\.platforms\.Insta: found 'instgram'; expected a platform of the catalogue; did you mean 'instagram'\?"),
    ("mentions-within-too-much", C, "syslog:\n", MENTIONS.replace("60s", "2 days"), r":55:13: mentions\[0\]\.within: is over 24h"),
    ("mentions-within-without-unit", C, "syslog:\n", MENTIONS.replace("60s", "60"), r":55:13: mentions\[0\]\.within: found '60'; expected a duration"),
    ("mentions-name-taken", C, "syslog:\n", MENTIONS.replace("listening", "wlan"), r":\d+:\d+: .*'wlan' is taken already"),
    # --- files ---
    ("enrolment-missing", C, "enrolment: enrolment.csv", "enrolment: enrolement.csv", r":17:12: enrolment: no such file: .*enrolement\.csv"),
    ("roster-missing", C, "[roster.csv]", "[rooster.csv]", r":18:\d+: rosters: no such file: .*rooster\.csv"),
    ("enrolment-is-a-folder", C, "enrolment: enrolment.csv", "enrolment: .", r":17:12: enrolment: .*is a folder; expected a file"),
    ("relative-path-from-elsewhere", C, "rules: rules.yaml", "rules: etc/rules.yaml", r":\d+:8: rules: no such file: .*etc/rules\.yaml"),
    ("secret-missing", "ami.secret", ..., None, r"breakwatch\.yaml:32:18: calls\[1\]\.secret_file: .*ami\.secret: No such file"),
    ("secret-empty", "radius.secret", ..., "", r"breakwatch\.yaml:39:22: radius\[0\]\.clients\[0\]\.secret_file: .*is empty; expected the shared secret"),
    ("secret-inline", C, "secret_file: ami.secret", "secret: hunter2", r":32:5: calls\[1\]\.secret: unknown key; did you mean 'secret_file'\?"),
    # --- rules ---
    ("rule-names-an-unknown-platform", R, "[x, instagram]", "[x, instgram]", r":6:20: rules\[0\]\.platforms: found 'instgram'; .*did you mean 'instagram'\?"),
    ("rule-names-an-unknown-zone", R, "    least_tier: b", "    zones: [break_area]", r":7:13: rules\[0\]\.zones: found 'break_area'; expected one of break-area, operator-floor; did you mean 'break-area'\?"),
    ("rule-kind-misspelt", R, "kind: post_after_call", "kind: post-after-call", r":4:11: rules\[0\]\.kind: found 'post-after-call'; .*did you mean 'post_after_call'\?"),
    ("rule-severity-unknown", R, "severity: warning", "severity: warn", r":8:15: rules\[0\]\.severity: found 'warn'; expected one of critical"),
    ("rule-confidence-in-percent", R, "    least_tier: b", "    least_confidence: 90", r":7:23: rules\[0\]\.least_confidence: found '90'; expected a number from 0 to 1"),
    ("rule-within-unquoted-clock", R, "within: 15min", "within: 00:15", r":5:13: rules\[0\]\.within: found '00:15'; expected a duration"),
    ("rule-without-id", R, "  - id: post-after-call\n    kind", "  - kind", r":3:\d+: rules\[0\]: 'id' is missing"),
    ("rules-empty", R, ..., "version: 1\nrules: []\n", r":2:8: rules: .*expected at least one rule"),
    # --- enrolment ---
    ("enrolment-heading-alone", E, re.compile(r"(?s)\n.*"), "\n", r": names nobody; expected a row a person"),
    ("enrolment-empty", E, ..., "", r".*expected"),
    ("enrolment-column-misspelt", E, "staff_id,macs", "staffid,macs", r":1: unknown column 'staffid'; did you mean 'staff_id'\?"),
    ("mac-too-short", E, "40:4e:36:1a:75:0c", "40:4e:36:1a:75", r":3: macs: found '40:4e:36:1a:75'; expected a device's MAC"),
    ("mac-with-letter-o", E, "40:4e:36:1a:75:0c", "4O:4e:36:1a:75:0c", r":3: macs: found '4O:4e:36:1a:75:0c'; expected a device's MAC"),
    ("mac-twice", E, "40:4e:36:1a:75:0c", "ae:a9:50:67:bc:13", r":3: macs: 'ae:a9:50:67:bc:13' belongs to the row on line 2 already"),
    ("staff-twice", E, "\n1043,", "\n1042,", r":3: staff_id: '1042' belongs to the row on line 2 already"),
    ("alias-twice", E, "Agent 43", "Agent 42", r":3: agent_aliases: '(Agent )?42' belongs to the row on line 2 already"),
    ("notice-missing", E, "Agent 43,2026-10-01", "Agent 43,", r":3: notice_date: .*expected"),
    ("notice-in-words", E, "Agent 43,2026-10-01", "Agent 43,next week", r":3: notice_date: .*next week.*expected"),
    ("enrolment-row-too-long", E, "2026-10-05,\n1043", "2026-10-05,,,x\n1043", r":2: .*"),
    # --- roster ---
    ("roster-column-misspelt", S, "agent_id,start", "agentid,start", r":1: no row of headings is found: no column for the person \(agent_id\).*agentid"),
]
# No mistakes for us: they are taken as they are meant.
TAKEN = [
    ("enrolment-as-another-excel-writes-it", E, ..., "staff_id;macs;agent_aliases;notice_date;\r\n1042;ae:a9:50:67:bc:13;Agent 42;2026/10/1;\r\n1043;40:4e:36:1a:75:0c;;2026/10/1;\r\n;;;;\r\n"),
    ("a-call-file-is-read", "calls.ndjson", ..., CALL.replace("AGENT", "1042")),
    ("mentions-are-read", C, "syslog:\n", MENTIONS),
    ("byte-order-mark", C, "purpose:", "\ufeffpurpose:"),
    ("windows-line-ends", C, ..., "\r\n"),
    ("yes-for-true", C, "promiscuous: true", "promiscuous: yes"),
    ("on-for-true", C, "promiscuous: true", "promiscuous: on"),
    ("quoted-number", C, "port: 5514", "port: \"5514\""),
    ("anchor-and-alias", C, "name: osaka", "name: &n osaka"),
    ("comment-at-the-end", C, "name: osaka", "name: osaka   # the centre"),
    ("document-start", C, "purpose:", "---\npurpose:"),
]
WARNED = [
    ("roster-activity-unknown", S, ("06:00:00,shift,Asia/Tokyo,osaka\n1043", "06:00:00,shfit,Asia/Tokyo,osaka\n1043"), r":2: 'shfit' has no known meaning .*roster\.activities"),
    ("roster-end-before-start", S, ("2026-11-24T06:00:00,shift,Asia/Tokyo,osaka\n1043", "2026-11-23T06:00:00,shift,Asia/Tokyo,osaka\n1043"), r":2: end: is not after the start"),
    ("roster-time-nonsense", S, ("1042,2026-11-23T21:00:00", "1042,tonight"), r":2: start: .*tonight.*expected"),
    ("roster-zone-unknown", S, ("Asia/Tokyo,osaka\n1043", "Tokyo,osaka\n1043"), r":2: (tz|start): .*Tokyo.*expected"),
    ("secret-readable-by-all", "ami.secret", 0o644, r"calls\[1\]\.secret_file: .*can be read by everybody"),
    ("interface-away", C, ("interface: lo", "interface: eth99"), r":13:14: capture\.interface: there is no interface eth99"),
    ("feed-file-away", C, ("path: calls.ndjson", "path: cals.ndjson"), r"calls\[0\]\.path: .*cals\.ndjson is not there yet"),
    ("mentions-file-away", C, ("syslog:\n", MENTIONS.replace("posts.csv", "post.csv")), r":52:11: mentions\[0\]\.path: .*post\.csv is not there yet"),
    ("mentions-column-away", C, ("syslog:\n", MENTIONS.replace("Post ID", "Id")), r":50:5: mentions\[0\]: .*posts\.csv: refused: .*posts\.csv:\d+: expected a first row with the columns Network, at and Id"),
    ("mentions-own-column-away", C, ("syslog:\n", MENTIONS.replace("ID}", "ID, about_us: ours}")), r":50:5: mentions\[0\]: .*posts\.csv: refused: "),
    ("mentions-word-of-no-platform", C, ("syslog:\n", MENTIONS.replace("Twitter: x", "Insta: instagram")), r":50:5: mentions\[0\]: .*posts\.csv: refused: .*posts\.csv:2: platform: none that is known"),
    ("zone-by-nothing", C, ("    subnets: [10.77.0.0/24]\n", ""), r":41:5: zones\[0\]: 'break-area' has nothing to be recognised by"),
    ("no-call-feed", C, (re.compile(r"calls:\n(?:  .*\n)+"), ""), r"no call feed is configured"),
    ("no-roster", C, ("rosters: [roster.csv]\n", ""), r"no roster is configured"),
    ("nothing-listens-locally", C, ("tcp\n    host: 127.0.0.1\n    port: 5514\n", "local\n    path: nowhere.sock\n"), r"syslog\[0\]\.path: .*nowhere\.sock is not there"),
    ("calls-of-nobody", "calls.ndjson", (..., CALL.replace("AGENT", "yamada.t")), r":\d+:\d+: calls\[0\]: .*calls\.ndjson: tells of nobody who is enrolled.*: yamada\.t"),
    ("calls-to-come", "calls.ndjson", (..., CALL.replace("AGENT", "1042").replace("2026-", "2031-")), r"calls\[0\]: .*the last is of 2031-11-24 01:44 Asia/Tokyo, which is to come"),
    ("calls-of-another-format", "calls.ndjson", (..., "when;who\n1;2\n"), r"calls\[0\]: .*calls\.ndjson: refused: .*calls\.ndjson:2"),
    ("person-in-no-roster", S, ("\n1043,", "\nA1043,"), r":18:\d+: rosters: 1 of 2 enrolled people"),
    ("two-lines-in-a-secret", "ami.secret", ("secret-of-ami\n", "secret-of-ami\nsecond\n"), r"calls\[1\]\.secret_file: .*more than one line"),
]


def edit(folder, name, file, old, new):
    path = folder / file
    text = path.read_text()
    if old is ...:
        if new is None:
            path.unlink()
            return
        text = text.replace("\n", new) if new == "\r\n" else new
    elif old is None:
        text += new
    elif isinstance(old, re.Pattern):
        assert old.search(text), f"{name}: the good file lacks {old.pattern!r}"
        text = old.sub(new, text, count=1)
    else:
        assert text.count(old) >= 1, f"{name}: the good file lacks {old!r}"
        text = text.replace(old, new, 1)
    path.write_bytes(text.encode())


def check(program, folder):
    done = subprocess.run([program, "check", "--config", str(folder / C)], capture_output=True, text=True, timeout=60)
    warnings = [line[9:] for line in done.stderr.splitlines() if line.startswith("warning: ")]
    errors = [line for line in done.stderr.splitlines() if not line.startswith(("warning: ", "note: "))]
    return done.returncode, errors, warnings


def good_folder(root, name):
    folder = root / name
    folder.mkdir()
    for file, text in GOOD.items():
        (folder / file).write_text(text)
        if file.endswith(".secret"):
            (folder / file).chmod(0o600)
    (folder / "state").mkdir()
    return folder


def run(program, names):
    problems, ran = [], 0
    wanted = lambda name: not names or name in names

    def complain(name, status, lines, pattern):
        problems.append(f"{name}: status {status}, {len(lines)} lines, expected one like {pattern}\n" + "".join(f"    {line}\n" for line in lines))

    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        status, errors, warnings = check(program, good_folder(root, "good"))
        if status != 0 or errors or warnings:
            complain("the good files", status, errors + warnings, "none")
        for name, file, old, new, pattern in MISTAKES:
            if not wanted(name):
                continue
            ran += 1
            folder = good_folder(root, name)
            edit(folder, name, file, old, new)
            status, errors, _ = check(program, folder)
            errors = [line for line in errors if line]
            right = len(errors) == 1 and status in (3, 4) and re.search(pattern, errors[0].replace(str(folder) + "/", ""))
            if not right:
                complain(name, status, errors, pattern)
        for name, file, old, new in TAKEN:
            if not wanted(name):
                continue
            ran += 1
            folder = good_folder(root, name)
            edit(folder, name, file, old, new)
            status, errors, warnings = check(program, folder)
            if status != 0 or errors or warnings:
                complain(name, status, errors + warnings, "none")
        for name, file, change, pattern in WARNED:
            if not wanted(name):
                continue
            ran += 1
            folder = good_folder(root, name)
            if isinstance(change, int):
                (folder / file).chmod(change)
            else:
                edit(folder, name, file, *change)
            status, errors, warnings = check(program, folder)
            if status != 0 or errors or not any(re.search(pattern, line) for line in warnings):
                complain(name, status, errors + warnings, pattern)
        if wanted("in-several-files"):
            ran += 1
            folder = good_folder(root, "in-several-files")
            several = [row for row in MISTAKES if row[0] in ("key-misspelt", "rule-severity-unknown", "enrolment-column-misspelt")]
            several.append(("mapping", C, "kind: ndjson-file", "kind: ndjson-file\n    format: mapped\n    mapping: m.yaml", r"m\.yaml:1:1: recrd: unknown key"))
            (folder / "m.yaml").write_text("recrd: json\n")
            for name, file, old, new, _ in several:
                edit(folder, name, file, old, new)
            status, errors, _ = check(program, folder)
            for name, *_, pattern in several:
                if status != 3 or sum(bool(re.search(pattern, line)) for line in errors) != 1:
                    complain(f"in-several-files: {name}", status, errors, pattern)
    print("\n".join(problems))
    print(f"{ran} mistakes, {len(problems)} without the one clear line")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(run(shutil.which(sys.argv[1]) or sys.argv[1], sys.argv[2:]))
