#!/usr/bin/env python3
"""The same capture, later: shift_capture.py IN SECONDS OUT. Classic pcap of either byte order."""
import pathlib
import struct
import sys

source, seconds, out = pathlib.Path(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3])
data = bytearray(source.read_bytes())
order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
at = 24
while at < len(data):
    time, _, captured, _ = struct.unpack_from(order + "IIII", data, at)
    struct.pack_into(order + "I", data, at, time + seconds)
    at += 16 + captured
out.write_bytes(data)
