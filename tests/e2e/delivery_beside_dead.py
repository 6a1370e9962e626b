#!/usr/bin/env python3
"""A destination that is dead, one that hangs and one that closes after each message delay no other: the healthy one has each
alert within 2 s, and what is odd about the others is told, once each."""
import contextlib
import re
import socket
import threading
import time

import lab
from lab import Lab, wait_for

ALERTS, PER_SECOND = 200, 40


def serve(each):
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=each, args=(listener.accept()[0],), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def body(here: Lab):
    arrived, hanging = {}, []

    def read(connection):
        text = b""
        while octets := connection.recv(65536):
            text += octets
            for number in re.findall(rb"alert number (\d+) of a test", text):
                arrived.setdefault(int(number), time.time())
            text = text[-4096:]

    def read_one(connection):
        connection.recv(65536)
        connection.close()
    probe = socket.create_server(("127.0.0.1", 0))
    dead = probe.getsockname()[1]
    probe.close()
    ports = {"well": serve(read), "dead": dead, "mute": serve(hanging.append), "closing": serve(read_one)}
    here.state.mkdir()
    (here.work / "source.yaml").write_text(f"state_directory: {here.state}\nsyslog:\n" + "".join(
        f"  - {{name: {name}, transport: {'relp' if name == 'mute' else 'tcp'}, port: {port}}}\n" for name, port in ports.items()))
    begun = time.time()
    here.start("alert_source", lab.BUILD / "alert_source", here.work / "source.yaml", ALERTS, PER_SECOND)
    wait_for("all of them at the healthy one", lambda: len(arrived) == ALERTS, 30)
    late = max(at - (begun + number / PER_SECOND) for number, at in arrived.items())
    assert late < 2 + 1, f"the latest came {late:.1f} s after it was made, the program's start included"
    told = wait_for("the one that closes is told", lambda: re.findall("SINK sink=closing .*", here.log("alert_source")), 20)
    assert len(told) == 1 and "closes the connection after each message" in told[0], told
    status = here.log("alert_source")
    assert re.search("dead sent=0 .*waiting=[1-9].*connection refused", status), status[-2000:]
    print(f"{ALERTS} alerts, the latest {late:.2f} s after it was made; beside {', '.join(sorted(set(ports) - {'well'}))}")


if __name__ == "__main__":
    lab.test(body)
