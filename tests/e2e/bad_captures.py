#!/usr/bin/env python3
"""Captures that are broken: `replay` says in one line what is wrong with which file, ends with exit code 5, and counts what it
could read. `check` says all that is wrong with a configuration, for people and as JSON."""
import json
import pathlib
import struct
import subprocess
import tempfile

import lab

EXIT_CONFIG, EXIT_CAPTURE = 3, 5
CAPTURE = (lab.CASE / "capture.pcap").read_bytes()


def replay(*captures, **options):
    command = [lab.BUILD / "breakwatchd", "replay", "--config", lab.CASE / "breakwatch.yaml", "--json", *captures]
    result = subprocess.run([str(part) for part in command], capture_output=True, timeout=120, **options)
    return result.returncode, result.stdout.decode(), result.stderr.decode()


def records(data):
    """Offsets of the packets of a little-endian pcap."""
    at = 24
    while at + 16 <= len(data):
        yield at
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]


def expect(what, result, code, words, incidents=0):
    got, out, err = result
    assert got == code, f"{what}: exit code {got}, expected {code}: {err}"
    assert words in err, f"{what}: expected '{words}' in: {err}"
    assert len(err.strip().splitlines()) <= 1, f"{what}: more than one line: {err}"
    assert len(out.splitlines()) == incidents, f"{what}: {len(out.splitlines())} incidents, expected {incidents}"
    print(f"{what}: {err.strip() or 'no complaint'}")


def wrong_files(folder):
    def file(name, data):
        path = folder / name
        path.write_bytes(data)
        return path
    expect("zero length", replay(file("zero.pcap", b"")), EXIT_CAPTURE, "zero.pcap: the file is empty; expected a pcap or pcapng")
    expect("wrong magic", replay(file("magic.pcap", b"GIF89a" + CAPTURE)), EXIT_CAPTURE, "expected a pcap or pcapng file")
    expect("header alone", replay(file("header.pcap", CAPTURE[:24])), 0, "")
    expect("half a header", replay(file("half.pcap", CAPTURE[:10])), EXIT_CAPTURE, "half.pcap: ")
    expect("no such file", replay(folder / "none.pcap"), EXIT_CAPTURE, "none.pcap: No such file or directory")
    expect("a folder", replay(folder), EXIT_CAPTURE, "is a folder")
    expect("nothing on standard input", replay("-", stdin=subprocess.DEVNULL), EXIT_CAPTURE, "standard input: ")

    # Cut in the last packet: everything before it counts.
    expect("truncated at the end", replay(file("cut.pcap", CAPTURE[:-7])), EXIT_CAPTURE, "cut.pcap: truncated", incidents=1)
    offsets = list(records(CAPTURE))
    early = offsets[len(offsets) // 4]
    expect("truncated early", replay(file("early.pcap", CAPTURE[:early + 20])), EXIT_CAPTURE, "early.pcap: truncated")
    # A length that cannot be: the file ends there.
    huge = bytearray(CAPTURE)
    struct.pack_into("<I", huge, offsets[-1] + 8, 0x7fffffff)
    expect("an impossible length", replay(file("huge.pcap", huge)), EXIT_CAPTURE, "huge.pcap: ", incidents=1)

    # A jumbo frame, larger than any Ethernet's, in front of the rest: passed over.
    jumbo = struct.pack("<IIII", *struct.unpack_from("<II", CAPTURE, 24), 65535, 65535) + b"\xff" * 65535
    expect("jumbo frame", replay(file("jumbo.pcap", CAPTURE[:24] + jumbo + CAPTURE[24:])), 0, "", incidents=1)
    expect("one good, one bad", replay(lab.CASE / "capture.pcap", folder / "zero.pcap"), EXIT_CAPTURE, "zero.pcap")
    expect("standard input", replay("-", input=CAPTURE), 0, "", incidents=1)


def clock_jumps(folder):
    """The sensor's clock was an hour ahead for the first packets, then set right; or it was behind."""
    offsets = list(records(CAPTURE))
    for seconds in (3600, -3600):
        data = bytearray(CAPTURE)
        for at in offsets[:20]:
            struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] + seconds)
        path = folder / "jump.pcap"
        path.write_bytes(data)
        code, out, err = replay(path)
        assert code == 0, f"clock set by {-seconds} s: exit code {code}: {err}"
        assert replay(path) == (code, out, err), "two replays differ"
        assert len(out.splitlines()) == 1, f"clock set by {-seconds} s: {len(out.splitlines())} incidents"
        print(f"clock set by {-seconds:+} s after 20 packets: {len(out.splitlines())} incident(s)")


def checks(folder):
    config = folder / "breakwatch.yaml"
    config.write_text("capture:\n  snaplen: big\nsitte: {}\nrosters: [none.csv]\n")
    for extra in ([], ["--json"]):
        result = subprocess.run([lab.BUILD / "breakwatchd", "check", "--config", config, *extra], capture_output=True, text=True)
        assert result.returncode == EXIT_CONFIG, f"check: exit code {result.returncode}"
        text = result.stdout if extra else result.stderr
        lines = [json.loads(line)["error"] if extra else line for line in text.splitlines()]
        places = [line[len(str(config)) + 1:] for line in lines]
        assert places[0].startswith("2:12: capture.snaplen: found 'big'"), lines
        assert places[1] == "3:1: sitte: unknown key; did you mean 'site'?", lines
        assert places[2].startswith("4:10: rosters: no such file: "), lines
    good = subprocess.run([lab.BUILD / "breakwatchd", "check", "--config", lab.CASE / "breakwatch.yaml", "--json"],
                          capture_output=True, text=True)
    # The interface of the case is not on every machine: that is a warning; notes say what was understood.
    assert good.returncode == 0 and all("error" not in json.loads(line) for line in good.stdout.splitlines()), good


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        wrong_files(folder)
        clock_jumps(folder)
        checks(folder)


if __name__ == "__main__":
    main()
