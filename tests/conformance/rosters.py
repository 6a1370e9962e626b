#!/usr/bin/env python3
"""Made-up calendars, told apart by breakwatchd and by recurring_ical_events (dateutil), give the same instances.

  rosters.py BREAKWATCHD [CALENDARS [SEED]]

A calendar each has one series of a random RFC 5545 rule with exceptions, additions and moved instances, in
a zone with or without daylight saving, in UTC, floating or of whole days. The clock stands still by faketime, so that
a seed gives the same calendars and windows each time.
"""
import datetime as dt
import json
import pathlib
import random
import shutil
import signal
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
if not shutil.which("faketime"):
    print("skipped: no faketime")
    sys.exit(SKIPPED)

NOW = dt.datetime(2026, 11, 3, 12, 0, 0)  # the window holds the end of New York's daylight saving
SITE = "Asia/Tokyo"
ZONES = ["Asia/Tokyo", "Europe/Berlin", "America/New_York", "Australia/Sydney"]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def some(rng, values, most):
    return ",".join(str(each) for each in rng.sample(list(values), rng.randint(1, min(most, len(list(values))))))


def by_parts(rng, freq, timed, start):
    """BY... that RFC 5545 allows with the frequency; dateutil reads a BYWEEKNO without BYDAY another way."""
    parts = []
    if rng.random() < 0.3:
        parts.append("BYMONTH=" + some(rng, range(1, 13), 8))
    if freq == "YEARLY":
        kind = rng.choice(["none", "week", "yearday", "monthday", "day", "nth"])
        parts += {"none": [], "week": ["BYWEEKNO=" + some(rng, [*range(40, 54), 1, -1, -5, -8], 6), "BYDAY=" + some(rng, DAYS, 3)],
                  "yearday": ["BYYEARDAY=" + some(rng, [*range(300, 330), -60, -55, -50], 12)],
                  "monthday": ["BYMONTHDAY=" + some(rng, [*range(1, 32), -1, -2, -28], 10)],
                  "day": ["BYDAY=" + some(rng, DAYS, 3)],
                  "nth": ["BYDAY=" + some(rng, [f"{n}{day}" for n in (1, 2, -1, -8, -9) for day in DAYS], 6)]}[kind]
        if kind in ("week", "nth") and parts[0].startswith("BYMONTH"):
            parts.pop(0)
    elif freq == "MONTHLY":
        kind = rng.choice(["none", "monthday", "day", "nth", "both"])
        parts += {"none": [], "monthday": ["BYMONTHDAY=" + some(rng, [*range(1, 32), -1, -2, -28], 6)],
                  "day": ["BYDAY=" + some(rng, DAYS, 3)], "nth": ["BYDAY=" + some(rng, [f"{n}{day}" for n in (1, 2, 3, -1, -4, 5) for day in DAYS], 4)],
                  "both": ["BYMONTHDAY=" + some(rng, range(1, 20), 12), "BYDAY=" + some(rng, DAYS, 4)]}[kind]
    elif freq == "WEEKLY" and rng.random() < 0.8:
        parts.append("BYDAY=" + some(rng, DAYS, 5))
    elif freq in ("DAILY", "HOURLY"):
        if rng.random() < 0.4:
            parts.append("BYDAY=" + some(rng, DAYS, 5))
        if rng.random() < 0.3:
            parts.append("BYMONTHDAY=" + some(rng, [*range(1, 32), -1, -2], 20))
    if timed and freq != "HOURLY" and rng.random() < 0.3:
        # Two hours apart: the other program takes an exception in winter for the hour beside it in a series begun in summer.
        parts.append("BYHOUR=" + some(rng, range(6 + start.hour % 2, 20, 2), 3))
    if timed and rng.random() < 0.2:
        parts.append("BYMINUTE=" + some(rng, [0, 15, 30, 45], 2))
    expands = any(part.startswith(("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYHOUR", "BYMINUTE")) for part in parts)
    if expands and rng.random() < 0.3:
        # Of a week that DTSTART begins in its midst the other program counts only the rest.
        parts.append("BYSETPOS=" + ("-1" if freq == "WEEKLY" else some(rng, [1, 2, 3, -1, -2], 2)))
    return parts


def made_rule(rng, timed, start, zone):
    freq = rng.choice(["YEARLY", "MONTHLY", "MONTHLY", "WEEKLY", "WEEKLY", "DAILY", "DAILY"] + (["HOURLY"] if timed else []))
    parts = ["FREQ=" + freq, *by_parts(rng, freq, timed, start)]
    if rng.random() < 0.4:
        parts.append(f"INTERVAL={rng.randint(2, 5)}")
    if rng.random() < 0.3:
        parts.append("WKST=" + rng.choice(DAYS))
    end = rng.random()
    if end < 0.25:
        parts.append(f"COUNT={rng.randint(1, 400)}")
    elif end < 0.5:
        until = max(start + dt.timedelta(days=2), NOW + dt.timedelta(days=rng.randint(-40, 20)))
        parts.append("UNTIL=" + (until.strftime("%Y%m%dT%H%M%SZ") if timed and zone != "floating" else
                                 until.strftime("%Y%m%dT%H%M%S") if timed else until.strftime("%Y%m%d")))
    return ";".join(parts)


def written(moment, name, zone):
    if zone == "days":
        return f"{name};VALUE=DATE:{moment:%Y%m%d}"
    if zone == "UTC":
        return f"{name}:{moment:%Y%m%dT%H%M%SZ}"
    return f"{name}:{moment:%Y%m%dT%H%M%S}" if zone == "floating" else f"{name};TZID={zone}:{moment:%Y%m%dT%H%M%S}"


def made_calendar(rng):
    zone = rng.choice([*ZONES, "UTC", "floating", "days"])
    timed = zone != "days"
    start = dt.datetime(2026, 11, 3) - dt.timedelta(days=rng.choice([rng.randint(-3, 10), rng.randint(10, 100), rng.randint(100, 900)]))
    # Hours that daylight saving neither leaves out nor repeats, where the two are read in different ways.
    start = start.replace(hour=rng.randint(6, 20), minute=rng.choice([0, 30]))
    length = "DURATION:P1D" if not timed else rng.choice(["DURATION:PT10M", "DURATION:PT14M", written(start + dt.timedelta(minutes=13), "DTEND", zone)])
    rule = made_rule(rng, timed, start, zone)
    lines = ["BEGIN:VEVENT", "UID:1", "DTSTAMP:20260101T000000Z", "SUMMARY:Break" if timed else "SUMMARY:Off", written(start, "DTSTART", zone), length,
             "RRULE:" + rule]
    near = [dt.datetime.combine((NOW + dt.timedelta(days=rng.randint(-2, 8))).date(), start.time()) for _ in range(6)]
    lines += [written(each, "EXDATE", zone) for each in near[: 0 if "HOURLY" in rule else rng.randint(0, 3)]]
    lines += [written(near[3], "RDATE", zone)] if rng.random() < 0.2 else []
    lines += ["END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//made up//EN", *lines, "END:VCALENDAR", ""])


def in_utc(moment):
    site = pytz.timezone(SITE)
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time())
    return (site.localize(moment) if moment.tzinfo is None else moment).astimezone(pytz.utc)


# Away from the edges of the window that breakwatchd spells out.
FROM = pytz.utc.localize(NOW) - dt.timedelta(days=1)
TO = pytz.utc.localize(NOW) + dt.timedelta(days=6)


# The other program follows some rules to the year 9999.
PATIENCE = 2


def out_of_patience(*_):
    raise TimeoutError(f"not followed within {PATIENCE} s")


def theirs(text):
    calendar = icalendar.Calendar.from_ical(text)
    assert all(event.get("RRULE") is not None for event in calendar.walk("VEVENT")), "the rule is not read"
    signal.signal(signal.SIGALRM, out_of_patience)
    signal.alarm(PATIENCE)
    try:
        return instances_of(calendar)
    finally:
        signal.alarm(0)


def instances_of(calendar):
    events = recurring_ical_events.of(calendar).between(FROM - dt.timedelta(days=2), TO + dt.timedelta(days=2))
    told = {(in_utc(event["DTSTART"].dt), in_utc(event["DTEND"].dt)) for event in events}
    return {each for each in told if FROM <= each[0] <= TO}


def ours(program, folder):
    done = subprocess.run(["faketime", "-f", f"{NOW:%Y-%m-%d %H:%M:%S}", program, "intake", "--config", folder / "c.yaml", "--until-eof"],
                          capture_output=True, text=True, timeout=600, env={"TZ": "UTC", "PATH": "/usr/bin:/bin", "ASAN_OPTIONS": "verify_asan_link_order=0"})
    told = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        if row["type"] == "duty":
            start, end = (pytz.utc.localize(dt.datetime.strptime(row[key], "%Y-%m-%dT%H:%M:%S.000Z")) for key in ("start", "end"))
            if FROM <= start <= TO:
                told.setdefault(row["agent"], set()).add((start, end, row["activity"]))
        elif row["type"] == "refused":
            told.setdefault("refused", []).append(row["where"] + ": " + row["what"])
    assert done.returncode == 0, done.stderr
    return told


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 5545)
    calendars = {f"p{i}": made_calendar(rng) for i in range(count)}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "rosters").mkdir()
        for person, text in calendars.items():
            (folder / "rosters" / f"{person}.ics").write_bytes(text.encode())
        (folder / "e.csv").write_text("staff_id,macs,notice_date\n" + "".join(f"{person},,2020-01-01\n" for person in calendars))
        (folder / "c.yaml").write_text(f"site: {{name: t, time_zone: {SITE}}}\nenrolment: e.csv\nrosters: [rosters]\n")
        told = ours(program, folder)
    different = instances = left_out = 0
    for person, text in calendars.items():
        try:
            expected = theirs(text)
        except Exception as refused:  # what the other program cannot read is no question to us
            left_out += 1
            print(f"left out, the other program says {type(refused).__name__}: {str(refused)[:100]}")
            continue
        found = {(start, end) for start, end, _ in told.get(person, set())}
        instances += len(expected)
        if found != expected:
            different += 1
            if different <= 5:
                print(f"{person}: only ours {sorted(found - expected)[:3]}, only theirs {sorted(expected - found)[:3]}\n{text}")
    print(*told.get("refused", [])[:5], sep="\n")
    print(f"{count} calendars, {left_out} left out, {instances} instances, {different} different, {len(told.get('refused', []))} refused")
    return 1 if different or left_out * 8 > count or instances < count else 0


if __name__ == "__main__":
    sys.exit(main())
