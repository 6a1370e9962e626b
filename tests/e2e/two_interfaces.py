#!/usr/bin/env python3
"""Two interfaces, one stream: what tells who has which address comes by the first, the post by the second, and the incident is that
of both together. The one that goes away is told by its name, and does not hold up the other."""
import pathlib
import signal
import struct
import time

import lab
from lab import Lab, wait_for

POSTER = bytes.fromhex("aea95067bc13")


def packets_of(path):
    """Each packet with its time: the file's own record header and octets."""
    data = pathlib.Path(path).read_bytes()
    nanos = data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d")
    order = "<" if data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xd4\xc3\xb2\xa1") else ">"
    at, all_of_them = 24, []
    while at + 16 <= len(data):
        seconds, part, kept, _ = struct.unpack(order + "IIII", data[at:at + 16])
        all_of_them.append((seconds + part / (1e9 if nanos else 1e6), data[at:at + 16 + kept]))
        at += 16 + kept
    return data[:24], all_of_them


def write(path, head, packets):
    path.write_bytes(head + b"".join(record for _, record in packets))


def is_talk_of_the_poster(record):
    """All but how the phone came to its address."""
    frame = record[16:]
    if POSTER not in (frame[:6], frame[6:12]) or frame[12:14] != b"\x08\x00" or frame[23] not in (6, 17):
        return False
    return not {67, 68} & set(struct.unpack(">HH", frame[14 + (frame[14] & 15) * 4:][:4]))


class TwoInterfaces(Lab):
    def record(self):
        if self.recorder is not None:
            return
        self.recorders = [self.start(f"tcpdump-{name}", "tcpdump", "-i", name, "-n", "-p", "-U", "--time-stamp-precision=nano", "-B", "16384",
                                     "-Z", "root", "-w", self.work / f"{name}.pcap", namespace=self.tap) for name in ("mirror0", "mirror1")]
        for name in ("mirror0", "mirror1"):
            wait_for("tcpdump listens", lambda: "listening on" in self.log(f"tcpdump-{name}"), 20)
        self.recorder = self.recorders[0]

    def stop_recording(self):
        for each in self.recorders:
            if each.poll() is None:
                each.send_signal(signal.SIGINT)
                each.wait(timeout=20)
        (head, first), (_, second) = (packets_of(self.work / f"{name}.pcap") for name in ("mirror0", "mirror1"))
        write(self.work / "live.pcap", head, sorted(first + second, key=lambda packet: packet[0]))


def second_mirror(here):
    lab.run("ip", "-n", here.gateway, "link", "add", "br1", "type", "bridge", "ageing_time", "0", "mcast_snooping", "0")
    for inside, namespace, port in (("wlan1", here.phones, "port3"), ("mirror1", here.tap, "port4")):
        here.cable(inside, namespace, port)
        lab.run("ip", "-n", here.gateway, "link", "set", port, "master", "br1")
    lab.run("ip", "-n", here.gateway, "link", "set", "br1", "up")


def body(here):
    here.namespaces()
    second_mirror(here)
    here.start_siem()
    head, packets = packets_of(lab.CASE / "capture.pcap")
    talk = [packet for packet in packets if is_talk_of_the_poster(packet[1])]
    rest = [packet for packet in packets if not is_talk_of_the_poster(packet[1])]
    assert len(talk) > 100 and len(rest) > 100, (len(talk), len(rest))
    write(here.work / "talk.pcap", head, talk)
    write(here.work / "rest.pcap", head, rest)

    here.shift = time.time() + 3 - lab.CAPTURE_START
    here.write_case(here.shift, [("siem", "tcp")], interface="[mirror0, mirror1]")
    daemon = here.start_daemon()
    here.record()
    begin, players = lab.CAPTURE_START + here.shift, []
    for capture, interface, first in sorted((("talk", "wlan1", talk), ("rest", "wlan0", rest)), key=lambda each: each[2][0][0]):
        time.sleep(max(0.0, begin + first[0][0] - packets[0][0] - time.time()))
        players.append(here.start(f"tcpreplay-{capture}", "tcpreplay", "-q", "-i", interface, here.work / f"{capture}.pcap", namespace=here.phones))
    here.call(here.shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    here.call(here.shift, "1043", "7f1c-1071", lab.CALL_END - 900, lab.CALL_END - 91)
    alert = wait_for("the post's alert", lambda: here.received("BW-1001"), 240)[0]
    print(alert["msg"].strip())

    first, second = here.status()["capture"]["interfaces"]
    assert (first["interface"], second["interface"]) == ("mirror0", "mirror1"), (first, second)
    assert first["packets"] > 100 and second["packets"] > 100, (first, second)
    said = lab.run(lab.BUILD / "breakwatch", "status", "--runtime", here.work / "run")
    assert "INTERFACES" in said and "mirror1" in said, said

    wait_for("everything was played", lambda: all(player.poll() is not None for player in players), 120)
    time.sleep(3)
    here.live_equals_replay()
    here.apart = None  # compared; from here on an interface is away

    lab.run("ip", "-n", here.gateway, "link", "del", "port4")
    gone = wait_for("the SIEM hears which interface has gone", lambda: here.health("capture:mirror1", "feed down"), 30)[0]
    assert here.fields(gone)["code"] == "BW-3001", gone
    wait_for("the status says so", lambda: not here.status()["capture"]["up"], 20)
    assert here.status()["capture"]["interfaces"][0]["up"], here.status()["capture"]
    assert not here.health("capture:mirror0", "feed down")
    before = here.status()["capture"]["interfaces"][0]["packets"]
    here.start("tcpreplay-again", "tcpreplay", "-q", "-t", "-i", "wlan0", here.work / "rest.pcap", namespace=here.phones)
    wait_for("the other is still read", lambda: here.status()["capture"]["interfaces"][0]["packets"] > before + 100, 30)
    here.cable("mirror1", here.tap, "port4")
    wait_for("the SIEM hears that it is back", lambda: here.health("capture:mirror1", "feed back"), 60)
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=30) == 0


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.Lab = TwoInterfaces
    lab.test(body)
