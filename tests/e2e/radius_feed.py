#!/usr/bin/env python3
"""RADIUS accounting of a real radclient, straight to breakwatchd and through a real FreeRADIUS that proxies it on, and the
detail file that FreeRADIUS writes: what `breakwatchd intake` prints equals what was sent."""
import datetime
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

import lab
from lab import BUILD, Lab, wait_for

USERS = {"s1": "02:1a:10:00:10:01", "s2": "02:1a:10:00:10:02"}
TOLERANCE = 1.3  # a detail file has whole seconds

RADIUSD = """
prefix = /usr
name = radiusd
confdir = @RUN@
raddbdir = @RUN@
logdir = @RUN@
run_dir = @RUN@
db_dir = @RUN@
libdir = /usr/lib/freeradius
pidfile = @RUN@/radiusd.pid
log {
destination = files
  file = @RUN@/radius.log
}
security {
allow_core_dumps = no
  status_server = no
}
client all {
ipaddr = 127.0.0.1
  secret = nas-secret
}
proxy_requests = yes
proxy server {
default_fallback = no
}
home_server breakwatch {
type = acct
  ipaddr = 127.0.0.1
  port = @HOME@
  secret = proxy-secret
  response_window = 5
  status_check = none
}
home_server_pool breakwatch {
type = fail-over
  home_server = breakwatch
}
realm breakwatch {
acct_pool = breakwatch
}
thread pool {
start_servers = 1
  max_servers = 4
  min_spare_servers = 1
  max_spare_servers = 2
}
modules {
  always ok {
rcode = ok
}
  detail {
filename = @RUN@/detail
    permissions = 0644
    log_packet_header = yes
}
}
server default {
  listen {
type = acct
    ipaddr = 127.0.0.1
    port = @PORT@
}
  preacct {
update control {
Proxy-To-Realm := "breakwatch"
}
}
  accounting {
detail
    ok
}
}
"""


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def send(port, secret, expect_answer=True, **attributes):
    """One Accounting-Request; returns when it was sent."""
    lines = "".join(f"{name.replace('_', '-')} = {value}\n" for name, value in attributes.items())
    at = time.time()
    done = subprocess.run(["radclient", "-t", "1", "-r", "3" if expect_answer else "2", f"127.0.0.1:{port}", "acct", secret],
                          input=lines, capture_output=True, text=True)
    answered = done.returncode == 0
    assert answered == expect_answer, f"{attributes} answered: {answered}: {done.stdout}{done.stderr}"
    return at


def session(port, secret, nas, user, number, begin_ip, later_ip):
    """A session that gets its address with the first interim, changes it, and stops. Returns its two true bindings."""
    common = dict(NAS_Identifier=f'"{nas}"', User_Name=f'"{user}"', Acct_Session_Id=f'"{number}"', NAS_Port_Type="Wireless-802.11",
                  Calling_Station_Id=f'"{USERS[user].replace(":", "-").upper()}"', Called_Station_Id='"00-1A-1E-20-00-01:BREAK ROOM"')
    send(port, secret, Acct_Status_Type="Start", **common)
    time.sleep(1.5)
    first = send(port, secret, Acct_Status_Type="Interim-Update", Framed_IP_Address=begin_ip, **common)
    time.sleep(2)
    second = send(port, secret, Acct_Status_Type="Interim-Update", Framed_IP_Address=later_ip, **common)
    time.sleep(2)
    end = send(port, secret, Acct_Status_Type="Stop", Framed_IP_Address=later_ip, **common)
    return [(user, USERS[user], begin_ip, first, second), (user, USERS[user], later_ip, second, end)]


def interrupted(port, secret, nas, user, number, ip):
    """A session without a Stop, ended by its NAS's restart."""
    begin = send(port, secret, Acct_Status_Type="Start", NAS_Identifier=f'"{nas}"', User_Name=f'"CC\\\\{user}"', Acct_Session_Id=f'"{number}"',
                 Calling_Station_Id=f'"{USERS[user]}"', Framed_IP_Address=ip)
    time.sleep(2)
    end = send(port, secret, Acct_Status_Type="Accounting-Off", NAS_Identifier=f'"{nas}"', Acct_Session_Id='"00000000"')
    return [(user, USERS[user], ip, begin, end)]


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def compare(name, output, truth):
    lines = [json.loads(line) for line in output.splitlines()]
    # Until it tells an address, a session says whose the device is.
    found = [line for line in lines if line["type"] == "binding" and line["ip"] != "-"]
    for user, mac, ip, begin, end in truth:
        match = [b for b in found if (b["staff"], b["mac"], b["ip"], b["grade"]) == (user, mac, ip, "strong")
                 and abs(seconds(b["from"]) - begin) < TOLERANCE and b["to"] and abs(seconds(b["to"]) - end) < TOLERANCE]
        assert len(match) == 1, f"{name}: {(user, mac, ip, begin, end)} not once in {found}"
        found.remove(match[0])
    assert not found, f"{name}: not sent: {found}"
    print(f"{name}: {len(truth)} of {len(truth)} bindings as sent, none besides")
    return lines


def body(here: Lab):
    work = here.work
    listen, server = free_port(), free_port()
    (work / "enrolment.csv").write_text("staff_id,macs,notice_date\n" + "".join(f"{u},{m},2026-01-01\n" for u, m in USERS.items()))
    for secret in ("proxy", "direct"):
        (work / f"{secret}.secret").write_text(f"{secret}-secret\n")
        (work / f"{secret}.secret").chmod(0o600)
    head = ("enrolment: enrolment.csv\nsite: {name: e2e, time_zone: UTC}\n"
            "identity: {realms: [CC], nas: [wlc-1, wlc-2, wlc-3]}\n")
    (work / "live.yaml").write_text(
        head + f"radius:\n  - name: radius\n    listen: 127.0.0.1\n    port: {listen}\n    clients:\n"
        f"      - {{name: all, address: 127.0.0.1, secret_file: proxy.secret}}\n")
    (work / "detail.yaml").write_text(head + "radius_detail:\n  - {name: detail, path: radiusd/detail}\n")

    run = work / "radiusd"
    run.mkdir(mode=0o700)
    (run / "radiusd.conf").write_text(RADIUSD.replace("@RUN@", str(run)).replace("@PORT@", str(server)).replace("@HOME@", str(listen)))
    with open(work / "live.out", "w") as out:
        intake = subprocess.Popen([BUILD / "breakwatchd", "intake", "--config", work / "live.yaml"], stdout=out)
        here.processes.append(intake)
        here.start("freeradius", "freeradius", "-f", "-d", run, "-n", "radiusd")
        def listening(port):
            return f":{port} " in subprocess.run(["ss", "-lun"], capture_output=True, text=True).stdout
        wait_for("breakwatchd and freeradius listen", lambda: listening(listen) and listening(server), 30)

        direct = session(listen, "proxy-secret", "wlc-1", "s1", "A1", "10.77.20.31", "10.77.20.32")
        send(listen, "wrong-secret", expect_answer=False, Acct_Status_Type="Start", NAS_Identifier='"wlc-1"', User_Name='"s2"',
             Acct_Session_Id='"B1"', Calling_Station_Id=f'"{USERS["s2"]}"', Framed_IP_Address="10.77.20.99")
        proxied = session(server, "nas-secret", "wlc-2", "s2", "A2", "10.77.20.41", "10.77.20.42")
        proxied += interrupted(server, "nas-secret", "wlc-3", "s1", "A3", "10.77.20.51")
        time.sleep(1)
        intake.send_signal(signal.SIGTERM)
        assert intake.wait(timeout=20) == 0
    lines = compare("listener, direct and proxied", (work / "live.out").read_text(), direct + proxied)
    refused = [line for line in lines if line["type"] == "refused"]
    assert refused, "the wrong secret was not told"
    assert "10.77.20.99" not in (work / "live.out").read_text(), "a forged report was believed"
    printed = lab.run(BUILD / "breakwatchd", "intake", "--config", work / "detail.yaml", "--until-eof")
    compare("detail file", printed, proxied)


if __name__ == "__main__":
    lab.need("freeradius", "radclient", "ss")
    lab.test(body)
