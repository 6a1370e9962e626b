#!/usr/bin/env python3
"""Live: a small ring is overrun, and then filled in part again and again by a stranger's flood while a phone posts. What is left
out is counted, told to the SIEM, and stands in the post's incident, which comes all the same.

The daemon is stopped for a moment while the flood comes: how fast this machine sends and reads makes no difference.
"""
import signal
import struct
import time

import busy_lab
import lab
from lab import Lab, wait_for

RING = 16 << 20  # octets
LEFT_OUT = "more packets came than could be read; left out from"


def write(path, packets):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for at, octets in packets:
            out.write(struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(octets), len(octets)) + octets)


def flood(octets):
    """Datagrams of a device that nobody enrolled, so many octets of them."""
    size = 1_400
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28 + size, 1, 0, 64, 17, 0, bytes((10, 77, 9, 9)), bytes((198, 51, 100, 9)))
    frame = bytes.fromhex("021a100000fe021a10009999") + b"\x08\x00" + header + struct.pack(">HHHH", 40_000, 9_999, 8 + size, 0) + bytes(size)
    return [(0, frame)] * (octets // len(frame))


def body(here: Lab):
    here.apart = None  # a replay leaves nothing out
    here.namespaces()
    here.start_siem()
    frames, _, posted = busy_lab.episode()
    write(here.work / "phone.pcap", frames)
    write(here.work / "more.pcap", flood(2 * RING))
    write(here.work / "some.pcap", flood(RING * 3 // 8))
    start = time.time() + 12
    shift = start + posted - lab.CAPTURE_START - busy_lab.POSTED  # what the call and the roster are compared with
    here.write_case(shift, [("siem", "tcp")], interface=f"mirror0\n  ring_mib: {RING >> 20}")
    daemon = here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)

    def play(name, *how):
        return here.start("tcpreplay", "tcpreplay", "-q", *how, "-i", "wlan0", here.work / name, namespace=here.phones)

    def burst(name):
        daemon.send_signal(signal.SIGSTOP)
        assert play(name, "--topspeed").wait(timeout=60) == 0, here.log("tcpreplay")
        daemon.send_signal(signal.SIGCONT)

    burst("more.pcap")
    capture = wait_for("the ring was overrun", lambda: (lambda c: c if c.get("dropped_by_kernel") else None)(here.status().get("capture", {})), 20)
    assert time.time() < start, "the machine is too slow for this test"
    time.sleep(start - time.time())
    dropped = capture["dropped_by_kernel"]
    phone = play("phone.pcap")
    time.sleep(start + posted - 3 - time.time())
    while time.time() < start + posted + 3:
        burst("some.pcap")
        time.sleep(1.5)  # until it is read: the ring is never full again
    assert phone.wait(timeout=60) == 0, here.log("tcpreplay")
    told = wait_for("the SIEM hears of it", lambda: here.health("capture:mirror0", LEFT_OUT), 30)[0]
    assert here.fields(told)["code"] == "BW-3006", told
    wait_for("the incident", here.incidents, 60)
    incidents = here.incidents()
    assert len(incidents) == 1 and incidents[0]["platform"] == "x", incidents
    gap = next((gap for gap in incidents[0]["gaps"] if LEFT_OUT in gap), None)
    assert gap, incidents[0]["gaps"]
    capture = here.status()["capture"]
    shed = capture["not_understood"].get("loss.shed_stranger", 0)
    assert shed > 100, capture
    print(f"{shed} packets left out, {capture['dropped_by_kernel']} dropped, {dropped} of them before the post; {gap}")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
