"""A recorded Asterisk, played to `breakwatchd intake` by its manager interface: the calls are those that were recorded.
Then the ways in which such a server fails."""
import hashlib
import json
import socket
import ssl
import threading
import time

from call_lab import DATA, Intake, Site, certificates, check, seconds

SECRET = "six-Secret-6"
SPEED = 5.0


class Asterisk(threading.Thread):
    """Plays the sessions of a recorded run, one a connection. `mode`: what else it does."""

    def __init__(self, run=None, mode="play", tls=None):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.run_name, self.mode, self.tls = run, mode, tls
        self.connections = 0
        self.began = []
        self.start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            self.connections += 1
            try:
                if self.tls:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                self.serve(connection)
            except OSError:
                pass
            finally:
                connection.close()

    def actions(self, connection):
        buffer = b""
        while True:
            while b"\r\n\r\n" not in buffer:
                got = connection.recv(4096)
                if not got:
                    return
                buffer += got
            frame, buffer = buffer.split(b"\r\n\r\n", 1)
            yield dict(line.split(": ", 1) for line in frame.decode().split("\r\n"))

    def serve(self, connection):
        if self.mode == "mute":
            time.sleep(60)
        connection.sendall(b"Asterisk Call Manager/13.0.0\r\n")
        for action in self.actions(connection):
            answer = f"ActionID: {action['ActionID']}\r\n"
            if action["Action"] == "Challenge":
                connection.sendall(f"Response: Success\r\n{answer}Challenge: 873904467\r\n\r\n".encode())
            elif action["Action"] == "Login":
                good = hashlib.md5(("873904467" + SECRET).encode()).hexdigest()
                if action.get("Key") != good or action.get("Username") != "breakwatch":
                    connection.sendall(f"Response: Error\r\n{answer}Message: Authentication failed\r\n\r\n".encode())
                    return
                connection.sendall(f"Response: Success\r\n{answer}Message: Authentication accepted\r\n\r\n".encode())
            elif action["Action"] == "QueueStatus":
                return self.play(connection, action["ActionID"])

    def play(self, connection, action_id):
        session = f"agent_{min(self.connections, 2)}"
        if self.connections > 2:
            time.sleep(60)
        data = (DATA / self.run_name / f"{session}.s2c").read_bytes()
        rows = [json.loads(line) for line in open(DATA / self.run_name / f"{session}.timing.jsonl")]
        frames, at = [], 0
        for frame in data.split(b"\r\n\r\n")[:-1]:
            at += len(frame) + 4
            when = next((r["t"] for r in rows if "off" in r and at <= r["off"] + r["len"]), rows[-1]["t"])
            if f"ActionID: {session}-3".encode() in frame:
                frame = frame.replace(f"{session}-3".encode(), action_id.encode())
            elif b"ActionID: " in frame:
                continue
            frames.append((when, frame + b"\r\n\r\n"))
        began = time.time()
        first = frames[0][0]
        self.began.append((began, first))
        for when, frame in frames:
            pause = began + (when - first) / SPEED - time.time()
            if pause > 0:
                time.sleep(pause)
            half = len(frame) // 2
            connection.sendall(frame[:half])
            connection.sendall(frame[half:])
        time.sleep(max(0.0, began + (rows[-1]["t"] - first) / SPEED - time.time()))


def feed(port, more=""):
    return f"  - {{name: pbx, kind: ami, host: localhost, port: {port}, user: breakwatch, secret_file: secret{more}}}\n"


def recorded(run):
    server = Asterisk(run)
    site = Site(feed(server.port))
    site.write("secret", SECRET + "\n")
    truth = [json.loads(line) for line in open(DATA / run / "calls.jsonl")]
    intake = Intake(site)
    intake.wait_for(lambda: sum(1 for c in intake.calls() if c["ended_at"]) >= len(truth), f"{len(truth)} calls of {run}", 60)
    time.sleep(0.5)
    intake.stop()
    calls = intake.calls()
    check(len(calls) == len(truth), f"{run}: {len(calls)} calls, expected {len(truth)}")
    began, first = server.began[0]
    worst = 0.0
    for call in truth:
        staff = "s" + call["agent"].split("/")[1].split("@")[0]
        # The first session carries no times: they are those of the arrival. The second carries its own.
        second = call["caller_uniqueid"] >= "c23"
        clock = (lambda t: t) if second else (lambda t: began + (t - first) / SPEED)
        scale = 1.0 if second else SPEED
        found = [c for c in calls if c["agent"] == staff and c["queue"] == call["queue"] and c["ended_by"] == call["ended_by"]
                 and abs(seconds(c["ended_at"]) - clock(seconds(call["ended_at"]))) * scale < 2.0]
        check(len(found) == 1, f"{run}: {call} is {found}")
        off = abs(seconds(found[0]["answered_at"]) - clock(seconds(call["answered_at"]))) * scale
        check(off < 2.0, f"{run}: answered {off} s off: {call}")
        worst = max(worst, off)
    pauses = [s for s in intake.of("agent-state") if s["kind"] in ("pause", "unpause")]
    breaks = sum(1 for _ in open(DATA / run / "breaks.jsonl"))
    check(len(pauses) in (breaks + 1, breaks + 2), f"{run}: {len(pauses)} pauses, expected {breaks} and one member added paused")
    text = json.dumps(intake.lines)
    check("+4930" not in text and "CallerID" not in text, "a caller's number was printed")
    told = [s["up"] for s in intake.of("feed") if s["feed"] == "calls:pbx"]
    check(told[:3] == [True, False, True], f"{run}: up and down were told as {told}")
    print(f"{run}: {len(calls)} of {len(truth)} calls, answered at most {worst:.2f} s off; {len(pauses)} pauses")


def wrong_secret():
    server = Asterisk("ami")
    site = Site(feed(server.port))
    site.write("secret", "wrong\n")
    intake = Intake(site)
    intake.wait_for(lambda: any("refused" in s["what"] for s in intake.of("feed")), "a refused login")
    time.sleep(3)
    intake.stop()
    check(server.connections == 1, f"a refused login was tried {server.connections} times in 3 s")
    check("wrong" not in json.dumps(intake.lines), "the secret was printed")
    print("a refused login is told once and not hammered")


def mute():
    server = Asterisk(mode="mute")
    site = Site(feed(server.port))
    site.write("secret", SECRET + "\n")
    intake = Intake(site)
    intake.wait_for(lambda: any("no answer within 10 s" in s["what"] for s in intake.of("feed")), "the time-out", 20)
    intake.stop()
    print("a server that accepts and never answers is told down after 10 s")


def encrypted():
    site = Site("")
    good, good_key = certificates(site.folder, "localhost")
    other, other_key = certificates(site.folder, "elsewhere.example")
    for crt, key, up in ((good, good_key, True), (other, other_key, False)):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(crt, key)
        server = Asterisk("ami", tls=context)
        here = Site(feed(server.port, f", tls: true, ca_file: {crt}"))
        here.write("secret", SECRET + "\n")
        intake = Intake(here)
        intake.wait_for(lambda: any(s["up"] == up for s in intake.of("feed") if s["feed"] == "calls:pbx"), f"TLS up={up}")
        told = [s for s in intake.of("feed") if s["feed"] == "calls:pbx"]
        intake.stop()
        check(len(told) == 1 and (up or "expected one for localhost" in told[0]["what"]), f"TLS: {told}")
    print("TLS is taken with the right name and refused with the wrong one")


if __name__ == "__main__":
    for name in ("ami", "ami-b"):
        recorded(name)
    wrong_secret()
    mute()
    encrypted()
