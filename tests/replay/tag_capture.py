#!/usr/bin/env python3
"""The same capture with an 802.1Q tag: tag_capture.py IN VLAN[:up|:down] OUT. Classic pcap of Ethernet frames, either byte
order; `up` and `down` tag what comes from private addresses or goes to them alone, as mirrors of one direction do."""
import pathlib
import struct
import sys

source, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[3])
vlan, _, direction = sys.argv[2].partition(":")
data = source.read_bytes()
order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
tag = b"\x81\x00" + struct.pack(">H", int(vlan))
tagged, at = bytearray(data[:24]), 24
while at < len(data):
    seconds, fraction, captured, length = struct.unpack_from(order + "IIII", data, at)
    frame = data[at + 16:at + 16 + captured]
    at += 16 + captured
    up = frame[12:14] == b"\x08\x00" and frame[26] == 10
    if direction == "" or (direction == "up") == up:
        frame = frame[:12] + tag + frame[12:]
        captured, length = captured + 4, length + 4
    tagged += struct.pack(order + "IIII", seconds, fraction, captured, length) + frame
out.write_bytes(tagged)
