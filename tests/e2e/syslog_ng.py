#!/usr/bin/env python3
"""A second receiver: syslog-ng takes our messages by UDP and TCP (octet counting) and splits out the same fields.

Debian's package conflicts with rsyslog's; where syslog-ng is not installed the package is unpacked beside, below the build
folder, and its libraries must be there (libivykis0 libnet1 libwrap0). Skipped where neither is to be had."""
import os
import pathlib
import subprocess
import time

import lab
from lab import Lab, wait_for

UNPACKED = lab.BUILD / "syslog-ng"
CONFIG = """@version: 3.38
options { keep-hostname(yes); use-dns(no); dns-cache(no); chain-hostnames(no); log-msg-size(65536); stats-freq(0);
          flush-lines(1); perm(0644); };
source s_udp { syslog(ip("127.0.0.1") port(5514) transport("udp")); };
source s_tcp { syslog(ip("127.0.0.1") port(5514) transport("tcp")); };
destination d { file("@RUN@/received.jsonl" template("$(format-json hostname='${HOST}' app_name='${PROGRAM}' msgid='${MSGID}'
    severity='${LEVEL_NUM}' msg='${MSG}' --key .SDATA.* --rekey .SDATA.* --shift-levels 2 --add-prefix rfc5424-sd.)\\n")); };
log { source(s_udp); source(s_tcp); destination(d); };
"""


def find():
    """The root that syslog-ng stands below, or none."""
    for root in (pathlib.Path("/"), UNPACKED):
        if (root / "usr/sbin/syslog-ng").exists():
            return root
    UNPACKED.mkdir(parents=True, exist_ok=True)
    got = subprocess.run(["apt-get", "download", "-qq", "syslog-ng-core"], cwd=UNPACKED, capture_output=True, timeout=60)
    packages = sorted(UNPACKED.glob("syslog-ng-core_*.deb"))
    if got.returncode != 0 or not packages:
        return None
    lab.run("dpkg-deb", "-x", packages[-1], UNPACKED)
    return UNPACKED


def command_of(root, folder, text):
    """What starts it with a configuration, and its environment; it has accepted that one."""
    modules = next((root / "usr/lib/syslog-ng").glob("[0-9]*"))
    config = folder / "syslog-ng.conf"
    config.write_text(text)
    environment = dict(os.environ, LD_LIBRARY_PATH=str(root / "usr/lib/syslog-ng"))
    command = [str(root / "usr/sbin/syslog-ng"), "--no-caps", f"--module-path={modules}", "-f", str(config),
               "-R", str(folder / "persist"), "-c", str(folder / "ctl"), "-p", str(folder / "syslog-ng.pid")]
    checked = subprocess.run(command + ["--syntax-only"], env=environment, capture_output=True, text=True)
    if "error while loading shared libraries" in checked.stderr:
        lab.skip("syslog-ng: " + checked.stderr.strip())
    assert checked.returncode == 0, checked.stderr
    return command, environment


def start(here, root):
    command, environment = command_of(root, here.work, CONFIG.replace("@RUN@", str(here.work)))
    here.start("syslog-ng", *command, "-F", namespace=here.tap, env=environment)
    wait_for("syslog-ng listens", lambda: "5514" in lab.run("ip", "netns", "exec", here.tap, "ss", "-ltn"), 20)


def body(here: Lab):
    root = find()
    if root is None:
        lab.skip("syslog-ng is not installed and its package cannot be had")
    here.namespaces()
    start(here, root)
    here.write_case(time.time() - lab.CAPTURE_START, [("udp", "udp"), ("tcp", "tcp")])
    roster = here.work / "roster.csv"
    good = roster.read_text()
    daemon = here.start_daemon()
    roster.write_text(good.replace(",shift,", ',sh"]fit,', 1))
    daemon.send_signal(1)

    def refused(sink):
        return [e for e in here.received("BW-3003") if e["hostname"] == f"bw-{sink}"]
    for sink in ("udp", "tcp"):
        event = wait_for(f"the health event by {sink}", lambda: refused(sink), 30)[0]
        fields = here.fields(event)
        assert fields["part"] == "people" and int(fields["seq"]) == int(fields["prev"]) + 1, fields
        assert event["app_name"] == "breakwatch" and event["msgid"] == "HEALTH" and int(event["severity"]) == 5, event
        assert "roster.csv:2" in event["msg"], event["msg"]
    wait_for("a heartbeat", lambda: here.received("BW-9001"), 20)
    print(event["msg"])


if __name__ == "__main__":
    lab.need("ip", "ss", "sysctl")
    lab.test(body)
