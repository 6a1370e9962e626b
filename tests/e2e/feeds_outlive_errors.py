#!/usr/bin/env python3
"""Feeds that ask and listen elsewhere than the busy play does: RADIUS accounting, a manager interface, a service asked over HTTPS, and
lease files. Each call that they work with fails with each error that the kernel gives; after each, every feed tells its next event."""
import hashlib
import http.server
import itertools
import json
import pathlib
import random
import socket
import ssl
import struct
import tempfile
import threading
import time

import call_lab
import lab
from call_lab import Intake, Site, certificates, check
from faults_lab import KINDS, Faults

SECRET = "six-Secret-6"
WITHIN = 30  # seconds, in which a feed has to be up again: the longest pause between attempts is a part of it
MAPPING = """record: json
records: /calls
fields: {id: /id, agent: /agent, ended_at: /end, talk: /talk}
events: [{says: contact, when: [{field: /talk, above: 0}]}]
poll: {path: /calls, query: {since: "{since}"}, overlap: 30s, first: 1h}
"""
# Those that these feeds call; the database and memory are of other tests.
WANTED = ("receive", "send", "connect", "socket", "set_option", "get_option", "control", "epoll_add", "epoll_wait", "file_read",
          "file_write")
WHEN_CONNECTING = ("connect", "socket", "set_option", "get_option", "control", "epoll_add")


def stamp(at):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + f".{int(at % 1 * 1000):03d}Z"


class Manager(threading.Thread):
    """A manager interface that takes every login; one connection after the other."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connection, self.ready = None, threading.Event()
        self.start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            try:
                self.serve(connection)
            except OSError:
                pass
            self.ready.clear()
            connection.close()

    def serve(self, connection):
        connection.sendall(b"Asterisk Call Manager/13.0.0\r\n")
        buffer = b""
        while got := connection.recv(4096):
            buffer += got
            while b"\r\n\r\n" in buffer:
                frame, buffer = buffer.split(b"\r\n\r\n", 1)
                action = dict(line.split(": ", 1) for line in frame.decode().split("\r\n"))
                more = "Challenge: 873904467\r\n" if action["Action"] == "Challenge" else ""
                connection.sendall(f"Response: Success\r\nActionID: {action['ActionID']}\r\n{more}\r\n".encode())
                if action["Action"] == "QueueStatus":
                    connection.sendall(f"Event: QueueStatusComplete\r\nActionID: {action['ActionID']}\r\n\r\n".encode())
                    self.connection = connection
                    self.ready.set()

    def hang_up(self):
        if self.connection:
            self.connection.shutdown(socket.SHUT_RDWR)

    def tell(self, number):
        """False: nobody is connected, and the call is lost as such a server loses it."""
        if not self.ready.is_set():
            return False
        head = f"Queue: support\r\nInterface: Local/1001@agents\r\nMemberName: 1001\r\nUniqueid: m{number}\r\nDestUniqueid: x\r\n"
        try:
            self.connection.sendall(f"Event: AgentConnect\r\n{head}\r\nEvent: AgentComplete\r\n{head}TalkTime: 0\r\nReason: agent\r\n\r\n".encode())
        except OSError:
            return False
        return True


class Service:
    """Answers with all calls."""

    def __init__(self, certificate, key):
        calls = self.calls = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps({"calls": calls[-20:]}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.handle_error = lambda *_: None
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def tell(self, number):
        self.calls.append({"id": f"s{number}", "agent": "1002", "end": stamp(time.time()), "talk": 60})


def accounting(number):
    """RFC 2866: a Start, as a NAS sends it until it is answered."""
    def attribute(kind, value):
        return bytes([kind, len(value) + 2]) + value
    body = (attribute(40, struct.pack(">I", 1)) + attribute(44, f"r{number}".encode()) + attribute(1, b"s1003") + attribute(32, b"nas-1") +
            attribute(31, b"02-1A-10-00-10-03") + attribute(8, bytes([10, 77, number // 250, number % 250 + 1])))
    head = struct.pack(">BBH", 4, number % 256, 20 + len(body))
    return head + hashlib.md5(head + bytes(16) + body + SECRET.encode()).digest() + body


class Feeds:
    def __init__(self, faults):
        home = Site("")
        certificate, key = certificates(home.folder)
        self.home, self.manager, self.service = home, Manager(), Service(certificate, key)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.radius = probe.getsockname()[1]
        site = Site(f"  - {{name: pbx, kind: ami, host: localhost, port: {self.manager.port}, user: breakwatch, secret_file: secret}}\n"
                    f"  - {{name: cloud, kind: https-poll, format: mapped, mapping: mapping.yaml, url: 'https://localhost:{self.service.port}', "
                    f"ca_file: {certificate}, interval: 1s, authorization: bearer, secret_file: secret}}\n"
                    f"radius:\n  - {{name: wlan, listen: 127.0.0.1, port: {self.radius}, clients: [{{name: nas, address: 127.0.0.1, secret_file: secret}}]}}\n"
                    "dnsmasq_leases:\n  - {name: leases, path: dnsmasq.leases}\n")
        site.write("secret", SECRET + "\n")
        (site.folder / "secret").chmod(0o600)
        site.write("mapping.yaml", MAPPING)
        self.leases = site.write("dnsmasq.leases", "")
        self.nas = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.intake = Intake(site, under=faults.under)

    def told(self):
        """Of which numbers each feed has told."""
        calls = {call["id"] for call in self.intake.calls()}
        sessions = {line["session"] for line in self.intake.of("session")}
        leases = {line["ip"] for line in self.intake.of("lease")}
        return calls, sessions, leases

    def tell_all(self, number, why):
        """All four tell the event of this number; what a source repeats until it is taken, it repeats."""
        self.service.tell(number)
        address = f"10.78.{number // 250}.{number % 250 + 1}"
        with self.leases.open("a") as leases:
            leases.write(f"{int(time.time()) + 3600} 02:1a:10:00:10:04 {address} * *\n")
        manager_told = False
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            calls, sessions, leases = self.told()
            missing = [name for name, there in (("the manager interface", f"m{number}/x" in calls), ("the service", f"s{number}" in calls),
                                                ("RADIUS", f"r{number}" in sessions), ("the leases", address in leases)) if not there]
            if not missing:
                return
            check(self.intake.process.poll() is None, f"{why}: intake ended")
            if "RADIUS" in missing:
                self.nas.sendto(accounting(number), ("127.0.0.1", self.radius))
            manager_told = manager_told or self.manager.tell(number)
            # What was sent into a connection that then failed is lost, as it is from a real one: a later call is told.
            if manager_told and "the manager interface" in missing and missing == ["the manager interface"] and self.manager.ready.is_set():
                self.manager.tell(number)
            time.sleep(0.4)
        call_lab.fail(f"{why}: nothing from {missing} for {WITHIN} s; feeds: {self.intake.of('feed')[-6:]}")


def main():
    with tempfile.TemporaryDirectory(prefix="breakwatch-") as folder:
        faults = Faults(pathlib.Path(folder))
        faults.arm("bind", "EADDRINUSE")  # once at the start: the listener tries again
        feeds = Feeds(faults)
        numbers, chance = itertools.count(1), random.Random(7)
        feeds.tell_all(next(numbers), "bind fails with EADDRINUSE")
        came, never = faults.failed("bind"), []
        check(came == 1, "bind was not called")
        for kind in WANTED:
            for error in KINDS[kind]:
                before = faults.failed(kind)
                faults.arm(kind, error, skip=chance.randrange(2) if kind not in WHEN_CONNECTING else 0, times=2)
                if kind in WHEN_CONNECTING:
                    feeds.manager.hang_up()
                feeds.tell_all(next(numbers), f"{kind} fails with {error}")
                faults.disarm(kind)
                failed = faults.failed(kind) - before
                came += failed
                if not failed:
                    never.append(f"{kind} {error}")
        words = feeds.intake.stop()
        check("Sanitizer" not in words, words[-3000:])
        check(SECRET not in json.dumps(feeds.intake.lines) + words, "the secret was printed")
        print(f"{came} failing calls of {len(WANTED) + 1} kinds, each outlived by four feeds; not called: {never}")
        check(came > 20, f"only {came} calls failed")


if __name__ == "__main__":
    lab.need("openssl")
    main()
