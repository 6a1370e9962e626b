#!/usr/bin/env python3
"""Each format, read back by parsers that are not ours (format_parsers.py) and held against schemas made from the published
definitions of ECS and OCSF, equals the alert: for the catalogue's events, for values that mean harm, and for any octets.

  formats.py FORMAT_ALERTS BREAKWATCH [ROUNDS]
"""
import datetime
import json
import pathlib
import random
import subprocess
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)
import format_parsers as parsers

HERE = pathlib.Path(__file__).parent
WRITER, TOOL = sys.argv[1:3]
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 60
CATALOGUE = json.loads(subprocess.run([TOOL, "events", "--json"], capture_output=True, text=True, check=True).stdout)
NAMES = {field["name"]: field for field in CATALOGUE["fields"]}
SCHEMAS = {name: jsonschema.Draft202012Validator(json.loads((HERE / f"schemas/{file}.json").read_text()))
           for name, file in (("ecs", "ecs-8.11"), ("ocsf", "ocsf-1.4.0"))}
FORMATS = ("rfc5424", "json", "cef", "leef", "ecs", "ocsf")
HARMFUL = set(range(0x20)) | set(range(0x7F, 0xA0)) | {0x2028, 0x2029} | set(range(0x202A, 0x202F)) | set(range(0x2066, 0x206A))
HOSTILE = [
    b'"quoted" \'too\'', b"]} [other@1 x=\"y", b"a|b||c", b"k=v cs1=forged msg=forged", b"back\\slash\\", b"\\=\\|\\n", b"line\nfeed\r\nand\ttab",
    b"nul\0inside", "📱🙈".encode(), b"half \xed\xa0\xbd surrogate", b"\xff\xfe\xc0\xaf", "\u202emirrored\u202c \u200fmark".encode(), "コールセンター受付".encode(),
    b"<0>1 - - - - - - forged", b"CEF:0|a|b|c|d|e|9|", b'","code":"BW-9001', b"=", b"|", b" ", b"  two  ", "é́".encode(), b"${jndi:ldap://x}", b"%s%n", b"x" * 100_000,
    "電".encode() * 40_000, b"\\" * 3_000, b"=" * 3_000]


def clean(octets):
    """What any format tells of a text: on one line, well-formed, nothing that moves a cursor."""
    text = octets.decode("utf-8", "replace")
    return "".join(" " if 9 <= ord(c) <= 13 else "\ufffd" if ord(c) in HARMFUL else c for c in text)


def typed(name, text):
    kind = NAMES.get(name, {}).get("type", "text")
    try:
        if kind == "count" and text.isascii() and text.isdigit() and int(text) < 2**64:
            return int(text)
        if kind in ("ratio", "seconds"):
            return float(text)
        if kind == "flag" and text in ("0", "1"):
            return text == "1"
    except ValueError:
        pass
    return text


def milliseconds(time):
    return round(datetime.datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)


def flat(value, path=""):
    if not isinstance(value, dict):
        return {path: value}
    return {key: each for name, inner in value.items() for key, each in flat(inner, f"{path}.{name}" if path else name).items()}


# Of each format: what a reader finds, as {name of the catalogue: text or typed value}; besides fields seq, prev, code, schema, text.
def read_rfc5424(body, _):
    params, text = parsers.structured_data(body)
    return dict(params) | {"text": text}


def read_json(body, _):
    return parsers.json_object(body)


def read_cef(body, names):
    (vendor, product, _, code, title, severity), pairs = parsers.cef(body)
    assert (vendor, product) == ("Breakwatch", "breakwatch") and 0 <= int(severity) <= 10 and title
    pairs = dict(pairs)
    found = {"code": code, "seq": pairs.pop("bwSeq"), "prev": pairs.pop("bwPrev"), "schema": pairs.pop("bwSchema"), "text": pairs.pop("msg", ""), "msgid": pairs.pop("cat"),
             "time": int(pairs.pop("rt")), "truncated": pairs.pop("bwTruncated", "0")}
    assert pairs.pop("dvchost") == "bw01"
    for name in names:
        own = NAMES.get(name, {})
        key = own.get("cef")
        fallback = own.get("cef_otherwise", "bw_" + name)
        if key in pairs:
            if own["cef_label"]:
                assert pairs.pop(key + "Label") == own["cef_label"], key
            found[name] = pairs.pop(key)
            if key.startswith("cn"):
                int(found[name])
            if key.startswith("cfp"):
                float(found[name])
        elif fallback in pairs:
            found[name] = pairs.pop(fallback)
    assert not pairs, f"more than the alert says: {pairs}"
    return found


def read_leef(body, names):
    (vendor, product, _, code), pairs = parsers.leef(body)
    assert (vendor, product) == ("Breakwatch", "breakwatch")
    pairs = dict(pairs)
    assert 1 <= int(pairs.pop("sev")) <= 10 and pairs.pop("devTimeFormat") == "yyyy-MM-dd'T'HH:mm:ss.SSSX" and pairs.pop("sensor") == "bw01"
    found = {"code": code, "time": pairs.pop("devTime"), "msgid": pairs.pop("cat"), "text": pairs.pop("msg", ""), "truncated": pairs.pop("truncated", "0")}
    found |= {name: pairs.pop(name) for name in ("seq", "prev", "schema")}
    for name in names:
        key = NAMES.get(name, {}).get("leef") or name
        if key in pairs:
            found[name] = pairs.pop(key)
    assert not pairs, f"more than the alert says: {pairs}"
    return found


def read_ecs(body, names):
    document = parsers.json_object(body)
    SCHEMAS["ecs"].validate(document)
    found = flat(document)
    out = {"time": found["@timestamp"], "code": found["event.code"], "seq": found["event.sequence"], "text": found["message"], "severity": found["log.syslog.severity.code"]}
    out |= {name: found.get(f"breakwatch.{name}", 0) for name in ("prev", "schema", "msgid", "truncated")}
    for name in names:
        own = NAMES.get(name, {}).get("ecs")
        for path in (own, f"breakwatch.{name}"):
            if path and path in found:
                out[name] = found[path]
    return out


def read_ocsf(body, names):
    document = parsers.json_object(body)
    SCHEMAS["ocsf"].validate(document)
    assert document["type_uid"] == document["class_uid"] * 100 + document["activity_id"] and document["category_uid"] == document["class_uid"] // 1000
    out = {"time": document["time"], "code": document["metadata"]["event_code"], "seq": document["metadata"]["sequence"], "msgid": document["metadata"]["log_name"],
           "text": document["message"], "truncated": 0} | document["unmapped"]
    uid = document.get("finding_info", document.get("entity", {})).get("uid")
    actor = document.get("evidences", [{}])[0].get("actor", document.get("actor", {})).get("user", {})
    attributes = {"rule": document.get("finding_info", {}).get("analytic", {}).get("name"), "cnt": document.get("count"), "at": document.get("start_time"),
                  "by": actor.get("name"), "subj": actor.get("uid")}
    kind = document.get("entity", {}).get("type")
    attributes |= {"incident": {"id": uid}, "mention": {"ref": uid}, "person": {"subj": uid}}.get(kind, {"id": uid} if "id" in names else {"ref": uid})
    for name, value in attributes.items():
        if value is not None and name in names and name not in out:
            out[name] = value
    return out


READERS = {"rfc5424": read_rfc5424, "json": read_json, "cef": read_cef, "leef": read_leef, "ecs": read_ecs, "ocsf": read_ocsf}


def same(found, name, text, form):
    """Whether a reader finds the alert's text: as such, or as the number, moment or flag that it is."""
    if form == "cef":
        text = text.strip(" ")
    if name in ("at", "time") and isinstance(found, int) or form == "cef" and name == "at" and found.isdigit():
        return int(found) == milliseconds(text)
    if form in ("json", "ecs", "ocsf"):
        return found == typed(name, text)
    return found == text


def compare(request, message):
    header, body = parsers.split_header(message, request["header"])
    form, fields = request["format"], [(bytes.fromhex(n).decode(), clean(bytes.fromhex(v))) for n, v in request["fields"]]
    found = READERS[form](body, [name for name, _ in fields])
    assert len(message.encode()) <= max(request["most"], 2048), len(message.encode())
    assert int(header[0]) == 16 * 8 + request["severity"] and header[2] == "bw01", header
    assert str(found["seq"]) == str(request["seq"]) and str(found["prev"]) == str(request["prev"]), found
    assert str(found["schema"]) == CATALOGUE["schema"]
    if "time" in found:
        assert same(found["time"], "time", request["at"], form), found["time"]
    else:
        assert header[1] == request["at"], header
    if found.get("truncated") in ("1", 1, True):
        assert sum(len(value) for _, value in fields) + len(request["text"]) // 2 > 300, "cut, and nothing was long"
        return True
    wanted = clean(bytes.fromhex(request["text"]))
    assert found["text"] == (wanted.strip(" ") if form == "cef" else wanted), (found["text"][:200], wanted[:200])
    for name, text in fields:
        if name not in found:
            assert form in ("cef", "leef", "ocsf") and text.strip(" ") == "", f"{name} is lost"
        else:
            assert same(found[name], name, text, form), (name, found[name], text)
    return False


def request(form, header, code, fields, text, most=8192, severity=4, seq=7):
    def hexed(octets):
        return (octets if isinstance(octets, bytes) else octets.encode()).hex()
    return {"format": form, "header": header, "most": most, "seq": seq, "prev": seq - 1, "code": hexed(code), "msgid": hexed("HEALTH"), "severity": severity,
            "at": "2026-11-23T17:00:24.467Z", "text": hexed(text), "fields": [[hexed(name), hexed(value)] for name, value in fields]}


def requests():
    for form in FORMATS:
        for header in ("rfc5424", "rfc3164"):
            for event in CATALOGUE["events"]:
                told = [(name, NAMES[name]["example"]) for name in event["always"] + event["sometimes"]]
                yield request(form, header, event["code"], told, "text of " + event["title"])
            for value in HOSTILE:
                if len(value) > 2_000 and header != "rfc5424":
                    continue
                yield request(form, header, "BW-1001", [("id", value), ("queue", value), ("conf", value), ("at", value), ("cnt", value), ("zone", b"break-area")], value, 16_000)
                yield request(form, header, "BW-3003", [("part", value)], value, 2048)
    draw = random.Random(15)
    pieces = [value for value in HOSTILE if len(value) < 100] + [b"a", b" ", b"\xe3\x82\xab"]

    def octets(most):
        if draw.random() < 0.3:
            return bytes(draw.randrange(256) for _ in range(draw.randrange(most)))
        return b"".join(draw.choices(pieces, k=draw.randrange(most // 8 + 1)))[:most]
    for _ in range(ROUNDS):
        event = draw.choice(CATALOGUE["events"])
        most = draw.choice((40, 40, 400, 4000))
        told = [(name, octets(most) if draw.random() < 0.5 else NAMES[name]["example"]) for name in event["always"] + event["sometimes"] if draw.random() < 0.8]
        text, limit, severity, seq = octets(most), draw.choice((1024, 2048, 8192, 65_000)), draw.randrange(8), draw.randrange(1, 2**40)
        for form in FORMATS:
            yield request(form, draw.choice(("rfc5424", "rfc3164")), event["code"], told, text, limit, severity, seq)


def main():
    asked = list(requests())
    done = subprocess.run([WRITER], input="".join(json.dumps(each) + "\n" for each in asked).encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    messages = done.stdout.decode("utf-8").split("\n")[:-1]
    assert len(messages) == len(asked), f"{len(asked)} alerts became {len(messages)} lines"
    cut = 0
    for each, message in zip(asked, messages):
        try:
            cut += compare(each, message)
        except Exception as error:
            print(f"{each['format']} behind {each['header']}: {error}\n{message[:3000]}\n{json.dumps(each)[:2000]}")
            raise
    assert cut > 40, "nothing was too long: this test does not try what it should"
    print(f"{len(asked)} messages of {len(FORMATS)} formats read back, {cut} of them cut")


if __name__ == "__main__":
    main()
