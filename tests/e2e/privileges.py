#!/usr/bin/env python3
"""Started by root: the daemon becomes its user and keeps CAP_NET_RAW alone. The service manager hears READY, WATCHDOG,
RELOADING and STOPPING, and SIGTERM ends it with exit code 0."""
import os
import pwd
import socket
import time

import lab
from lab import Lab, wait_for

CAP_NET_RAW = 1 << 13
USER = "nobody"


def process_status(pid):
    with open(f"/proc/{pid}/status") as lines:
        return dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)


def check_privileges(here, pid):
    status = process_status(pid)
    uid = str(pwd.getpwnam(USER).pw_uid)
    assert status["Uid"].split() == [uid] * 4, status["Uid"]
    assert "0" not in status["Gid"].split() and not status["Groups"].split() or status["Groups"].split() == status["Gid"].split()[:1], \
        (status["Gid"], status["Groups"])
    for name in ("CapEff", "CapPrm"):
        assert int(status[name], 16) == CAP_NET_RAW, f"{name} {status[name]}"
    for name in ("CapBnd", "CapAmb", "CapInh"):
        assert int(status[name], 16) & ~CAP_NET_RAW == 0, f"{name} {status[name]}"
    assert status["NoNewPrivs"] == "1"
    for task in os.listdir(f"/proc/{pid}/task"):
        assert int(process_status(f"{pid}/task/{task}")["CapEff"], 16) == CAP_NET_RAW, f"thread {task}"
    key = here.work / "state/identity.key"
    assert key.stat().st_mode & 0o777 == 0o600 and key.stat().st_uid == int(uid), oct(key.stat().st_mode)
    database = here.work / "state/breakwatch.db"
    assert database.stat().st_mode & 0o007 == 0, oct(database.stat().st_mode)
    return status


def body(here: Lab):
    here.namespaces()
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "udp")])
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(here.work / "notify"))
    (here.work / "notify").chmod(0o777)
    manager.setblocking(False)
    heard = []

    def hears(word):
        try:
            while True:
                heard.append(manager.recv(4096).decode())
        except BlockingIOError:
            pass
        return [message for message in heard if word in message]

    environment = dict(os.environ, NOTIFY_SOCKET=str(here.work / "notify"), WATCHDOG_USEC="2000000")
    environment.pop("WATCHDOG_PID", None)
    daemon = here.start_daemon(user=USER, env=environment)
    wait_for("READY", lambda: hears("READY=1"), 20)
    status = check_privileges(here, daemon.pid)
    wait_for("two WATCHDOG words", lambda: len(hears("WATCHDOG=1")) >= 2, 20)
    daemon.send_signal(1)
    wait_for("RELOADING with its time", lambda: hears("RELOADING=1\nMONOTONIC_USEC="), 20)
    wait_for("READY again", lambda: len(hears("READY=1")) == 2, 20)
    daemon.terminate()
    assert daemon.wait(timeout=30) == 0, daemon.returncode
    assert hears("STOPPING=1"), heard
    assert "STOPPING" in here.log("breakwatchd")
    for number in ("1042", "1043", "1044"):
        assert number not in here.log("breakwatchd"), "a staff id in the log"
    print(f"Uid {status['Uid'].split()[0]}, CapEff {status['CapEff']}")


if __name__ == "__main__":
    lab.need("ip", "sysctl")
    lab.test(body)
