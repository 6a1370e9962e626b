#!/usr/bin/env python3
"""Nothing is lost between: real rsyslogs by TCP, TLS (each side with a certificate), RELP and RELP by TLS, all at once, are
killed, stopped, restarted and cut off while alerts come. Every one arrives at each; with RELP what is marked is there.

  delivery_disturbed.py [ALERTS [DISTURBANCES]]      of each kind and receiver; 300 and 3"""
import contextlib
import random
import re
import select
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time

import lab
from lab import Lab, wait_for

COMMON = """global(workDirectory="@WORK@" maxMessageSize="64k" net.enableDNS="off" @GLOBAL@)
template(name="line" type="string" string="%msg%\\n")
ruleset(name="store" queue.type="direct") { action(type="omfile" file="@WORK@/@NAME@.txt" template="line" flushOnTXEnd="on") }
"""
TLS = 'DefaultNetstreamDriverCAFile="@CERT@/ca.pem" DefaultNetstreamDriverCertFile="@CERT@/good.pem" DefaultNetstreamDriverKeyFile="@CERT@/good.key"'
RELP_TLS = ('tls="on" tls.cacert="@CERT@/ca.pem" tls.mycert="@CERT@/good.pem" tls.myprivkey="@CERT@/good.key" '
            'tls.authmode="certvalid"')
RECEIVERS = {
    "tcp": ("", 'module(load="imtcp") input(type="imtcp" address="127.0.0.1" port="@PORT@" ruleset="store")'),
    "tls": (TLS, 'module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/name" '
                 'PermittedPeer=["client"]) input(type="imtcp" address="127.0.0.1" port="@PORT@" ruleset="store")'),
    "relp": ("", 'module(load="imrelp") input(type="imrelp" address="127.0.0.1" port="@PORT@" ruleset="store")'),
    "relp-tls": ("", 'module(load="imrelp") input(type="imrelp" address="127.0.0.1" port="@PORT@" ruleset="store" ' + RELP_TLS + ')'),
}
KINDS = ("kill", "stop", "restart", "cut")


class Cable:
    """Between the two: what it carries can be cut off by a reset at any octet, or lie there while the receiver is stopped."""

    def __init__(self, receiver_port):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.receiver_port = receiver_port
        self.pairs = set()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                sender, _ = self.listener.accept()
                try:
                    receiver = socket.create_connection(("127.0.0.1", self.receiver_port), 5)
                except OSError:
                    reset(sender)
                    continue
                receiver.settimeout(None)
                pair = (sender, receiver)
                self.pairs.add(pair)
                threading.Thread(target=self.carry, args=(pair,), daemon=True).start()

    def carry(self, pair):
        sender, receiver = pair
        with contextlib.suppress(OSError, ValueError):
            while True:
                for source in select.select(pair, (), ())[0]:
                    octets = source.recv(65536)
                    if not octets:
                        raise OSError
                    (receiver if source is sender else sender).sendall(octets)
        self.pairs.discard(pair)
        for each in pair:
            each.close()

    def cut(self):
        for pair in list(self.pairs):
            for each in pair:
                reset(each)


def reset(connection):
    """The other end gets an RST, and loses what it had not read."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)
    connection.close()


class Receiver:
    def __init__(self, here, name):
        self.here, self.name = here, name
        probe = socket.create_server(("127.0.0.1", 0))
        self.port = probe.getsockname()[1]
        probe.close()
        extra, module = RECEIVERS[name]
        text = COMMON.replace("@GLOBAL@", extra) + module
        for word, value in (("WORK", here.work), ("NAME", name), ("CERT", here.work / "certificates"), ("PORT", self.port)):
            text = text.replace(f"@{word}@", str(value))
        self.config = here.work / f"{name}.conf"
        self.config.write_text(text + "\n")
        self.process = None
        self.start()
        self.cable = Cable(self.port)

    def start(self):
        self.process = self.here.start(f"rsyslogd-{self.name}", "rsyslogd", "-n", "-iNONE", "-f", self.config)
        wait_for(f"rsyslogd by {self.name} listens", self.listens, 20)

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def disturb(self, kind):
        if kind == "cut":
            return self.cable.cut()
        if kind == "stop":
            self.process.send_signal(signal.SIGSTOP)
            time.sleep(random.uniform(0.2, 1.2))
            return self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGKILL if kind == "kill" else signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(2)
        self.process.kill()
        self.process.wait()
        time.sleep(random.uniform(0.1, 0.6))
        self.start()

    def disturb_all(self, times, seconds):
        kinds = list(KINDS) * times
        random.shuffle(kinds)
        for kind in kinds:
            time.sleep(random.uniform(0.2, 1.8) * seconds / len(kinds) / 2)
            self.disturb(kind)

    def numbers(self):
        """Of the alerts it stored, in the order of arrival."""
        path = self.here.work / f"{self.name}.txt"
        text = path.read_text(errors="replace") if path.exists() else ""
        return [int(n) for n in re.findall(r"alert number (\d+) of a test\n", text)]


def owed(here, sink):
    """Numbers of the alerts that this sink is owed still, of those that are stored."""
    with contextlib.closing(sqlite3.connect(f"file:{here.state}/breakwatch.db?mode=ro", uri=True, timeout=20)) as database:
        rows = database.execute("select a.text, o.sink is not null from alerts a left join outbox o on o.sequence = a.sequence "
                                "and o.sink = ?", (sink,)).fetchall()
    stored = {int(m[1]): owes for text, owes in rows if (m := re.search(r"alert number (\d+) of", text))}
    return {n for n, owes in stored.items() if owes}, {n for n, owes in stored.items() if not owes}


def marked_is_there(here, receivers):
    for receiver in receivers:
        if receiver.name.startswith("relp"):
            _, marked = owed(here, receiver.name)
            missing = marked - set(receiver.numbers())
            assert not missing, f"{receiver.name}: marked as delivered and not there: {sorted(missing)[:10]}"


def body(here: Lab):
    alerts, disturbances = (int(each) for each in (sys.argv[1:] + ["300", "3"][len(sys.argv) - 1:]))
    seconds = max(12, alerts / 100)
    seed = random.randrange(1 << 30)
    random.seed(seed)
    print("seed", seed, flush=True)
    certificates = here.work / "certificates"
    certificates.mkdir()
    lab.run(lab.SOURCE / "tests/support/certificates.sh", certificates)
    receivers = [Receiver(here, name) for name in RECEIVERS]
    here.state.mkdir()
    config = f"state_directory: {here.state}\nsyslog:\n"
    for receiver in receivers:
        transport = receiver.name.split("-")[0]
        config += (f"  - name: {receiver.name}\n    transport: {transport}\n    port: {receiver.cable.port}\n    heartbeat: 2s\n"
                   f"    confirm_after: 6s\n")
        if "tls" in receiver.name:
            config += (f"    tls: {{ca: {certificates}/ca.pem, certificate: {certificates}/client.pem, "
                       f"key: {certificates}/client.key, crl: {certificates}/crl.pem}}\n")
    (here.work / "source.yaml").write_text(config)
    source = here.start("alert_source", lab.BUILD / "alert_source", here.work / "source.yaml", alerts, alerts / seconds)
    wait_for("the first alerts are stored", lambda: "sent=" in here.log("alert_source"), 30)
    wanted = set(range(1, alerts + 1))
    failures = []

    def disturb(receiver):
        try:
            receiver.disturb_all(disturbances, seconds)
        except Exception as error:  # of a thread: told by the test
            failures.append(f"{receiver.name}: {error!r}")
    threads = [threading.Thread(target=disturb, args=(receiver,)) for receiver in receivers]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        marked_is_there(here, receivers)
        time.sleep(0.5)
    assert not failures, failures
    assert source.poll() is None, "alert_source ended"
    for receiver in receivers:
        wait_for(f"all of {alerts} by {receiver.name}; missing {sorted(wanted - set(receiver.numbers()))[:10]}",
                 lambda: wanted <= set(receiver.numbers()), 60)
        wait_for(f"nothing is owed to {receiver.name} any more", lambda: not owed(here, receiver.name)[0], 40)
    marked_is_there(here, receivers)
    for receiver in receivers:
        got = receiver.numbers()
        print(f"{receiver.name}: {len(set(got))} of {alerts}, {len(got) - len(set(got))} came again, "
              f"{disturbances} each of {', '.join(KINDS)}")
    source.terminate()
    assert source.wait(20) == 0, "alert_source did not end in order"


if __name__ == "__main__":
    for program in ("rsyslogd", "openssl"):
        if not shutil.which(program):
            lab.skip(f"no {program}")
    for module in ("imrelp.so", "lmnsd_gtls.so"):
        if not list(lab.pathlib.Path("/usr/lib").rglob(f"rsyslog/{module}")):
            lab.skip(f"no {module} of rsyslog")
    lab.test(body)
