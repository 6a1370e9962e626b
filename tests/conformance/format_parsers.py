"""Readers of the formats that a SIEM is told in, each from its published grammar and none from our writers: RFC 5424 section 6,
RFC 3164 section 4, the CEF implementation standard (version 0), IBM's LEEF 2.0. Whatever is not in the grammar is an error.
JSON bodies are read by Python, which is told to refuse a member that stands twice.
"""
import json
import re

RFC5424 = re.compile(r"<(0|[1-9]\d{0,2})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) ")
RFC3164 = re.compile(r"<(0|[1-9]\d{0,2})>((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ 123]\d \d\d:\d\d:\d\d) ([!-~]{1,255}) ([!-9;-Z\\^-~]{1,32})(?:\[(\d+)\])?: ")


def split_header(message, header):
    """Header fields and the rest of a message. The rest begins with the structured data, or after its nil value."""
    found = (RFC5424 if header == "rfc5424" else RFC3164).match(message)
    assert found, f"no {header} header: {message[:120]!r}"
    assert int(found[1]) <= 191, found[1]
    rest = message[found.end():]
    if header == "rfc5424" and rest.startswith("- "):
        rest = rest[2:]
    return found.groups(), rest


def structured_data(body):
    """Params of the one element, and the text behind it."""
    begin = re.match(r"\[([!#-<>-\\^-~]{1,32})", body)
    assert begin and re.fullmatch(r"[^@]+@\d+", begin[1]), body[:60]
    at, params = begin.end(), []
    while body[at] == " ":
        name = re.compile(r' ([!#-<>-\\^-~]{1,32})="').match(body, at)
        assert name, body[at:at + 60]
        at, value = name.end(), ""
        while body[at] != '"':
            if body[at] == "\\":
                at += 1
                assert body[at] in '"\\]', f"an escape of RFC 5424 is of these three, not {body[at]!r}"
            else:
                assert body[at] != "]", "a bracket that is not escaped"
            value += body[at]
            at += 1
        at += 1
        params.append((name[1], value))
    assert body[at] == "]", body[at:at + 20]
    rest = body[at + 1:]
    assert rest == "" or rest[0] == " ", rest[:20]
    return params, rest[1:]


def unescaped(text, allowed):
    out, at = "", 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
            assert at < len(text) and text[at] in allowed, f"an escape that CEF does not know in {text!r}"
            out += {"n": "\n", "r": "\r"}.get(text[at], text[at])
        else:
            out += text[at]
        at += 1
    return out


def cef(body):
    """The seven header fields, and the extension's pairs in order."""
    parts = re.match(r"CEF:0\|" + r"((?:[^|\\]|\\.)*)\|" * 6, body, re.DOTALL)
    assert parts, body[:120]
    header = [unescaped(part, "\\|") for part in parts.groups()]
    extension = body[parts.end():]
    keys = list(re.finditer(r"(?:^| )([A-Za-z0-9_]+)=", extension))
    assert keys and keys[0].start() == 0, extension[:60]
    ends = [key.start() for key in keys[1:]] + [len(extension)]
    pairs = []
    for key, end in zip(keys, ends):
        value = extension[key.end():end]
        assert not re.search(r"(?<!\\)(?:\\\\)*=", value), f"an equals sign that is not escaped: {value!r}"
        pairs.append((key[1], unescaped(value, "\\=nr")))
    assert len({key for key, _ in pairs}) == len(pairs), "a key that stands twice"
    return header, pairs


def leef(body):
    fields = body.split("|", 6)
    assert fields[0] == "LEEF:2.0" and len(fields) == 7, body[:80]
    written = fields[5]
    delimiter = chr(int(re.fullmatch(r"0?x([0-9A-Fa-f]{1,4})", written)[1], 16)) if len(written) > 1 else written or "\t"
    pairs = [tuple(part.split("=", 1)) for part in fields[6].split(delimiter)]
    assert all(len(pair) == 2 and pair[0] for pair in pairs), fields[6][:200]
    assert len({key for key, _ in pairs}) == len(pairs), "an attribute that stands twice"
    return fields[1:5], pairs


def no_repeats(pairs):
    assert len({name for name, _ in pairs}) == len(pairs), f"a member that stands twice: {[name for name, _ in pairs]}"
    return dict(pairs)


def json_object(body):
    value = json.loads(body, object_pairs_hook=no_repeats, parse_constant=lambda word: (_ for _ in ()).throw(ValueError(word)))
    assert isinstance(value, dict)
    return value
