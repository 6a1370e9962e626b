#!/usr/bin/env python3
"""Live: an enrolled phone's lease runs out, a phone that nobody enrolled is given the address and posts. Nobody is named, as
in a replay of the same frames; the same frames with the enrolled phone's own MAC are named, so that the silence means something."""
import struct
import time

import lab
from lab import BUILD, Lab, run, wait_for

PHONE, STRANGER, GATEWAY = (bytes.fromhex(text) for text in ("aea95067bc13", "123456789abc", "02aa00000001"))
ADDRESS, SERVER = bytes([10, 77, 0, 198]), bytes([10, 77, 0, 1])
FIRST = 1795453105.0  # 16:58:25Z; the phone's own frames begin at 16:59:04Z


def checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ack(client, seconds):
    message = (b"\x02\x01\x06\x00" + struct.pack("!I", int(seconds) + client[5]) + bytes(8) + ADDRESS + bytes(8) + client + bytes(202)
               + bytes.fromhex("63825363350105") + b"\x36\x04" + SERVER + b"\x33\x04" + struct.pack("!I", seconds) + b"\xff")
    udp = struct.pack("!HHHH", 67, 68, 8 + len(message), 0) + message
    header = bytes([0x45, 0]) + struct.pack("!H", 20 + len(udp)) + bytes.fromhex("00004000 4011 0000".replace(" ", "")) + SERVER + ADDRESS
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return client + GATEWAY + b"\x08\x00" + header + udp


def arp(client):
    return (b"\xff" * 6 + client + bytes.fromhex("0806000108000604 0001".replace(" ", "")) + client + ADDRESS + bytes(6) + SERVER)


def frames_of_the_phone(mac):
    """The phone's traffic in the seed case, without address assignment, under that MAC."""
    data = (lab.CASE / "capture.pcap").read_bytes()
    at, found = 24, []
    while at < len(data):
        seconds, micros, captured, wire = struct.unpack_from("<IIII", data, at)
        frame = data[at + 16:at + 16 + captured]
        at += 16 + captured
        if PHONE not in (frame[:6], frame[6:12]) or frame[12:14] != b"\x08\x00":
            continue
        if frame[23] == 17 and (67 in struct.unpack_from("!HH", frame, 34) or 68 in struct.unpack_from("!HH", frame, 34)):
            continue
        frame = frame[:12].replace(PHONE, mac) + frame[12:]
        found.append((seconds + micros / 1e6, frame, wire))
    return found


def write(path, mac):
    told = [(FIRST, ack(PHONE, 20)), (FIRST + 0.5, arp(PHONE)), (FIRST + 12, arp(PHONE)), (FIRST + 34, ack(mac, 600)), (FIRST + 34.3, arp(mac))]
    frames = [(when, frame, len(frame)) for when, frame in told] + frames_of_the_phone(mac)
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for when, frame, wire in sorted(frames, key=lambda each: each[0]):
            out.write(struct.pack("<IIII", int(when), int(when % 1 * 1e6), len(frame), wire) + frame)


def body(here: Lab):
    here.namespaces()
    here.start_siem()
    write(here.work / "stranger.pcap", STRANGER)
    write(here.work / "control.pcap", PHONE)
    for name, expected in (("stranger", 0), ("control", 1)):
        here.write_case(0, [("siem", "tcp")])
        here.call(0, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
        told = run(BUILD / "breakwatchd", "replay", "--config", here.work / "breakwatch.yaml", "--json", here.work / f"{name}.pcap").splitlines()
        assert len(told) == expected, f"replay of {name}: {told}"
        (here.work / "calls.ndjson").unlink()

    shift = time.time() + 2 - FIRST
    here.write_case(shift, [("siem", "tcp")])
    here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    played = here.play(here.work / "stranger.pcap")
    assert played.wait(timeout=200) == 0, "tcpreplay: " + here.log("tcpreplay")
    time.sleep(8)
    assert here.received("BW-1001") == [], "somebody was named"
    assert here.incidents() == []
    wait_for("a heartbeat after it", lambda: here.received("BW-9001"), 30)
    assert here.status()["capture"]["packets"] > 500, here.status()["capture"]


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
