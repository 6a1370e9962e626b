#!/usr/bin/env python3
"""Calendars of other projects, read by breakwatchd and by recurring_ical_events, say the same of who is when.

  calendars.py BREAKWATCHD FOLDER

FOLDER holds the files (*.ics), which are no part of this project: without it the test is skipped. Each file is read
alone, with every word of it meaning time off, at up to four moments near its events; compared are the times of
each person in the week about that moment. An event of its own is what the other program is asked about, so that one it cannot
read hides no other.
"""
import collections
import datetime as dt
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
try:
    import icalendar
    import pytz
    import recurring_ical_events
except ImportError as missing:
    print(f"skipped: {missing} (python3-icalendar, python3-recurring-ical-events)")
    sys.exit(SKIPPED)
if len(sys.argv) < 3 or not pathlib.Path(sys.argv[2]).is_dir() or not shutil.which("faketime"):
    print("skipped: no folder of calendars, or no faketime")
    sys.exit(SKIPPED)

SITE = pytz.timezone("Asia/Tokyo")
WEEK = (dt.timedelta(days=-1), dt.timedelta(days=6))
MOMENTS = 4


def text_of(path):
    text = path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(line + "\r\n" for line in text.split("\n") if line.strip() or line.startswith(" "))


def in_utc(moment):
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time())
    return (SITE.localize(moment) if moment.tzinfo is None else moment).astimezone(pytz.utc)


def words_of(text):
    words = set()
    for line in text.replace("\r\n ", "").replace("\r\n\t", "").split("\r\n"):
        name = line.split(":")[0].split(";")[0].strip().upper()
        if name in ("SUMMARY", "CATEGORIES") and ":" in line:
            value = line.split(":", 1)[1]
            for word in {value, *value.split(",")} if name == "CATEGORIES" else {value}:
                word = icalendar.vText.from_ical(word).strip()
                words |= {word} if word else set()
    return words


def people_of(event, file):
    told = event.get("ATTENDEE", [])
    told = told if isinstance(told, list) else [told]
    people, named = [], False
    for each in told:
        if each.params.get("CUTYPE", "").upper() in ("ROOM", "RESOURCE", "GROUP"):
            continue
        named = True
        away = each.params.get("PARTSTAT", "").upper() in ("DECLINED", "DELEGATED") or each.params.get("ROLE", "").upper() == "NON-PARTICIPANT"
        people += [] if away else [str(each).split(":", 1)[-1].strip().lower()]
    return people if named else [file]


class Theirs:
    def __init__(self, text, file):
        self.file, self.groups, self.unread = file, [], []
        groups = collections.OrderedDict()
        for calendar in icalendar.Calendar.from_ical(text, multiple=True):
            zones = calendar.walk("VTIMEZONE")
            for number, event in enumerate(calendar.walk("VEVENT")):
                groups.setdefault(event.get("UID", f"none {number}"), (zones, []))[1].append(event)
        for zones, events in groups.values():
            alone = icalendar.Calendar()
            for each in [*zones, *events]:
                alone.add_component(each)
            self.groups.append(alone)

    def moments(self):
        found = set()
        for group in self.groups:
            for event in group.walk("VEVENT"):
                for key in ("DTSTART", "RECURRENCE-ID"):
                    if hasattr(event.get(key), "dt"):
                        found.add(in_utc(event[key].dt).replace(tzinfo=None))
        found = sorted(found)
        return sorted({found[i * (len(found) - 1) // (MOMENTS - 1)] for i in range(MOMENTS)}) if found else []

    def times(self, now):
        first, last = (pytz.utc.localize(now) + edge for edge in WEEK)
        times, events = collections.defaultdict(list), 0
        for group in self.groups:
            try:
                for event in recurring_ical_events.of(group).between(first - dt.timedelta(days=1), last + dt.timedelta(days=1)):
                    if str(event.get("STATUS", "")).upper() == "CANCELLED":
                        continue
                    start, end = in_utc(event["DTSTART"].dt), in_utc(event["DTEND"].dt)
                    if start < end and start <= last and end >= first:
                        events += 1
                        for person in people_of(event, self.file):
                            times[person].append((start, end))
            except Exception as wrong:
                self.unread.append(f"{type(wrong).__name__}: {str(wrong)[:80]}")
        return {person: union(spans, first, last) for person, spans in times.items()}, events


def union(spans, first, last):
    merged = []
    for start, end in sorted((max(start, first), min(end, last)) for start, end in spans if start < last and end > first):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def ours(program, path, text, people, now):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "rosters").mkdir()
        shutil.copy(path, folder / "rosters" / (path.stem + ".ics"))
        rows = [f'p{i},,2020-01-01,"{person}"\n' for i, person in enumerate(people)]
        (folder / "e.csv").write_text("staff_id,macs,notice_date,agent_aliases\n" + "".join(rows))
        activities = json.dumps({"off": sorted(words_of(text))}, ensure_ascii=False)
        (folder / "c.yaml").write_text(f"site: {{name: t, time_zone: {SITE.zone}}}\nenrolment: e.csv\nrosters: [rosters]\nroster: {{activities: {activities}}}\n")
        done = subprocess.run(["faketime", "-f", f"{now:%Y-%m-%d %H:%M:%S}", program, "intake", "--config", folder / "c.yaml", "--until-eof"],
                              capture_output=True, text=True, timeout=120,
                              env={"TZ": "UTC", "PATH": "/usr/bin:/bin", "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"})
    first, last = (pytz.utc.localize(now) + edge for edge in WEEK)
    known, unknown, refused = collections.defaultdict(list), collections.defaultdict(list), []
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if row["type"] == "duty":
            span = tuple(pytz.utc.localize(dt.datetime.strptime(row[key], "%Y-%m-%dT%H:%M:%S.%fZ")) for key in ("start", "end"))
            (unknown if row["activity"] == "unknown" else known)[people[int(row["agent"][1:])]].append(span)
        elif row["type"] == "refused":
            refused.append(row["where"].rsplit("/", 1)[-1] + ": " + row["what"])
    return done, {person: union(spans, first, last) for person, spans in known.items()}, {p: union(s, first, last) for p, s in unknown.items()}, refused


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    paths = sorted(pathlib.Path(sys.argv[2]).glob("*.ics"))
    counts = collections.Counter(files=len(paths))
    for path in paths:
        text = text_of(path)
        try:
            theirs = Theirs(text, path.stem)
            moments = theirs.moments() or [dt.datetime(2026, 11, 3)]
        except Exception as wrong:
            counts["not read by the other"] += 1
            print(f"{path.name}: the other program says {type(wrong).__name__}: {str(wrong)[:100]}")
            theirs, moments = None, [dt.datetime(2026, 11, 3)]
        people = sorted({path.stem, *(p for g in theirs.groups for e in g.walk("VEVENT") for p in people_of(e, path.stem))} if theirs else {path.stem})
        told = set()
        for now in (max(moment, dt.datetime(1971, 1, 1)) for moment in moments):
            done, known, unknown, refused = ours(program, path, text, people, now)
            told |= set(refused)
            if done.returncode != 0:
                counts["crash" if done.returncode < 0 or "Sanitizer" in done.stderr else "refused whole"] += 1
                print(f"{path.name}: exit status {done.returncode}: {done.stderr[-600:]}")
                break
            if theirs is None:
                continue
            expected, events = theirs.times(now)
            counts["moments"] += 1
            counts["events"] += events
            different = [p for p in people if expected.get(p, []) != known.get(p, [])]
            counts["moments that differ"] += bool(different)
            counts["events of those"] += events if different else 0
            for person in different:
                show = lambda spans: " ".join(f"{a:%Y%m%dT%H%M%S}/{b:%Y%m%dT%H%M%S}" for a, b in spans[:4])
                print(f"{path.name} about {now}: theirs [{show(expected.get(person, []))}] ours [{show(known.get(person, []))}] unknown [{show(unknown.get(person, []))}]")
        counts["files with refusals"] += bool(told)
        print(*(f"  refused {each}" for each in sorted(told)[:6]), sep="\n", end="\n" if told else "")
        if theirs and theirs.unread:
            print(f"  {path.name}: the other program fails at an event: {sorted(set(theirs.unread))[:3]}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["crash"] or counts["refused whole"] or counts["moments that differ"] else 0


if __name__ == "__main__":
    sys.exit(main())
