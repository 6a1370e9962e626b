#!/usr/bin/env python3
"""Live: Prometheus's page of a daemon that has just found a post is well formed by Prometheus's own checker, tells what
status.json tells, names nobody, and is there whatever another local client does; nobody else is answered."""
import csv
import re
import subprocess
import time

import lab
import promtool_lab
from lab import Lab, wait_for

PORT = 9477
ASK = """
import socket, sys
{before}
with socket.create_connection(("{address}", {port}), timeout=10) as s:
    s.sendall(b"{request}")
    said = b""
    while part := s.recv(65536):
        said += part
sys.stdout.write(said.decode())
"""
# More of them than it has seats, none of which ends by itself: silent, half a head, a head without an end.
HOSTILE = """
held = [socket.create_connection(("127.0.0.1", %d), timeout=10) for _ in range(60)]
for i, each in enumerate(held):
    try:
        each.sendall([b"", b"GET /metr", b"GET /metrics HTTP/1.1\\r\\nX: " + b"x" * 100_000][i %% 3])
    except OSError:
        pass
import time
time.sleep(1.1)  # past the second in which so many came
""" % PORT


def ask(here, request=r"GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n", address="127.0.0.1", before=""):
    return lab.run("ip", "netns", "exec", here.tap, "python3", "-c",
                   ASK.format(address=address, port=PORT, request=request, before=before))


def page(here, **how):
    said = ask(here, **how)
    assert said.startswith("HTTP/1.1 200 OK"), said[:200]
    return said.split("\n\n", 1)[1]  # lines as text ends them


def samples(text):
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if not line.startswith("#")}


def names_nobody(here, text):
    """No word of enrolment, no address of its devices, no pseudonym of an incident."""
    with open(here.work / "enrolment.csv") as file:
        people = list(csv.DictReader(line for line in file if not line.startswith("#")))
    words = {part.lower() for person in people for value in person.values() for part in re.split(r"[\s;,|]+", value or "")
             if len(part) >= 4 and not re.fullmatch(r"[\d-]{10}", part)}
    assert any(re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", word) for word in words) and "1042" in words, words
    words |= {incident["subject"] for incident in here.incidents()}
    lowered = text.lower()
    found = {word for word in words if re.search(rf"(?<![\w.]){re.escape(word.lower())}(?![\w.])", lowered)}
    assert not found, f"on the page: {found}"
    addresses = re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b|\bp-[0-9a-f]{6,}", lowered)
    assert not addresses, f"on the page: {addresses}"


def body(here: Lab):
    promtool = promtool_lab.find()
    if promtool is None:
        lab.skip("promtool is not installed and its package cannot be had")
    here.namespaces()
    here.start_siem()
    shift = time.time() + 2 - lab.CAPTURE_START
    here.write_case(shift, [("siem", "tcp")], extra=f"metrics: {{port: {PORT}}}\n")
    here.start_daemon()
    here.call(shift, "1042", "7f1c-1077", lab.CALL_END - 311, lab.CALL_END)
    played = here.play()
    wait_for("the alert", lambda: here.received("BW-1001"), 150)
    assert played.wait(timeout=120) == 0, "tcpreplay: " + here.log("tcpreplay")
    time.sleep(3)  # the next look

    text = page(here)
    promtool_lab.check(promtool, "check", "metrics", input=text)
    names_nobody(here, text)
    told = samples(text)
    status = here.status()
    assert told['breakwatch_capture_up{interface="mirror0"}'] == 1
    assert told['breakwatch_capture_packets_total{interface="mirror0"}'] == status["capture"]["packets"] > 1000
    assert told['breakwatch_platform_findings_total{platform="x"}'] == status["platforms"]["x"]["findings"] >= 1
    assert told['breakwatch_events_recorded_total{code="BW-1001",rule="post-after-call"}'] == 1, told
    assert told['breakwatch_engine_named_bytes_total'] == status["engine"]["named_bytes"] > 0
    assert told['breakwatch_sink_alerts_sent_total{sink="siem"}'] >= 1
    assert told['breakwatch_feed_up{feed="calls:acd"}'] == 1
    assert told["breakwatch_store_writes_total"] > 0 and told["breakwatch_store_free_bytes"] > 0

    assert samples(page(here, before=HOSTILE)), "no page beside a hostile client"
    assert ask(here, r"GET / HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 404")
    assert ask(here, r"DELETE /metrics HTTP/1.1\r\n\r\n").startswith("HTTP/1.1 405")
    listening = lab.run("ip", "netns", "exec", here.tap, "ss", "-Hltn", f"sport = :{PORT}").split()[3]
    assert listening == f"127.0.0.1:{PORT}", listening
    lab.run("ip", "-n", here.tap, "addr", "add", "10.9.9.9/24", "dev", "mirror0")
    try:
        ask(here, address="10.9.9.9")
    except subprocess.CalledProcessError as refused:
        assert "ConnectionRefusedError" in refused.stderr, refused.stderr
    else:
        raise AssertionError("answered on an address that is not loopback")
    print(f"{len(told)} figures")


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(body)
