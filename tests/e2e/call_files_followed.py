"""Call feeds from files, pipes and sockets: a queue_log rotated and truncated under load, a named pipe, a Unix socket, a
FreeSWITCH event socket. The calls that come out are those that went in."""
import json
import os
import random
import socket
import threading
import time

from call_lab import DATA, Intake, Site, check, seconds


def queue_log_of_the_recordings():
    for run in ("ami", "ami-b"):
        site = Site(f"  - {{name: pbx, kind: queue-log, path: {DATA / run / 'queue_log'}}}\n")
        intake = Intake(site, "--until-eof")
        intake.process.wait(timeout=60)
        intake.stop()
        calls = intake.calls()
        truth = [json.loads(line) for line in open(DATA / run / "calls.jsonl")]
        check(len(calls) == len(truth), f"{run}: {len(calls)} calls")
        for call in truth:
            staff = "s" + call["agent"].split("/")[1].split("@")[0]
            found = [c for c in calls if c["agent"] == staff and c["queue"] == call["queue"] and c["ended_by"] == call["ended_by"]
                     and abs(seconds(c["ended_at"]) - seconds(call["ended_at"])) <= 1.0
                     and abs(seconds(c["answered_at"]) - seconds(call["answered_at"])) <= 1.0]
            check(len(found) == 1, f"{run}: {call} is {found}")
        print(f"queue_log of {run}: {len(calls)} of {len(truth)} calls within a second")


def rotated_under_load():
    """A writer as busy as it can be; logrotate's two ways take turns beside it."""
    site = Site("  - {name: pbx, kind: queue-log, path: queue_log}\n")
    path = site.folder / "queue_log"
    path.write_text("")
    intake = Intake(site)
    total = 1500
    log = open(path, "a", buffering=1)
    moved = None
    for number in range(total):
        now = int(time.time())
        agent = 1001 + number % 6
        log.write(f"{now}|c{number}|support|{agent}|CONNECT|1|leg{number}|1\n")
        half = f"{now}|c{number}|support|{agent}|COMPLETECALLER|1|5|1\n"
        cut = random.randrange(len(half))
        log.write(half[:cut])
        log.flush()
        log.write(half[cut:])
        if number == 20:  # what is renamed before the program has opened it is not its file
            intake.wait_for(lambda: intake.calls(), "the first call")
        if number == 999:  # two rotations between two looks would leave a file that nobody ever opened
            intake.wait_for(lambda: any(c["id"] == f"c{number - 1}" for c in intake.calls()), "the calls after the first rotation")
        if number in (399, 999):
            # logrotate: renamed and made anew; Asterisk goes on in the old one until it is told to reopen.
            os.rename(path, f"{path}.{number}")
            if number == 999:
                open(path, "a").close()
            moved = time.monotonic()
        if moved and time.monotonic() - moved > 0.6:
            log.close()
            log = open(path, "a", buffering=1)
            moved = None
        time.sleep(0.002)
    def missing():
        return sorted(set(range(total)) - {int(c["id"][1:]) for c in intake.calls()})
    intake.wait_for(lambda: not missing() or intake.calls() and time.time() - now > 60, f"{total} calls over the rotations", 90)
    check(not missing(), f"calls over the rotations: {len(missing())} of {total} missing: {missing()[:20]}")
    log.close()
    # copytruncate while nothing is written
    time.sleep(0.6)
    os.truncate(path, 0)
    time.sleep(0.6)
    with open(path, "a") as log:
        log.write(f"{int(time.time())}|after|support|1001|COMPLETECALLER|1|5|1\n")
    intake.wait_for(lambda: len(intake.calls()) == total + 1, "the call after the truncation")
    intake.stop()
    check(all(c["ended_at"] for c in intake.calls()), "every call has its end")
    print(f"queue_log rotated under load: {total + 1} of {total + 1} calls")


def line(number):
    now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + ".000Z"
    return json.dumps({"v": 1, "id": f"c{number}", "type": "call_end", "agent": "1001", "t": now, "talk_s": 5}) + "\n"


def pipe_and_socket():
    site = Site("  - {name: pipe, kind: fifo, path: calls.fifo}\n  - {name: sock, kind: unix-socket, path: calls.sock}\n")
    intake = Intake(site)
    intake.wait_for(lambda: (site.folder / "calls.fifo").exists() and (site.folder / "calls.sock").exists(), "pipe and socket")
    before = intake.peak_memory()
    huge = "x" * 10_000_000
    for writer in range(3):
        with open(site.folder / "calls.fifo", "w") as pipe:
            pipe.write(line(f"p{writer}a") + (huge + "\n" if writer == 1 else "") + line(f"p{writer}b"))
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(site.folder / "calls.sock"))
        client.sendall((line("s1") + huge + "\n" + line("s2") + '{"v":1,"half').encode())
    want = {"cp0a", "cp0b", "cp1a", "cp1b", "cp2a", "cp2b", "cs1", "cs2"}
    intake.wait_for(lambda: {c["id"] for c in intake.calls()} == want, "calls before and after ten megabytes on a line")
    intake.wait_for(lambda: any("half a JSON value" in r["what"] for r in intake.of("refused")), "half a line is told")
    check(any("expected a JSON object" in r["what"] for r in intake.of("refused")), "the long line is told")
    grown = intake.peak_memory() - before
    check(grown < len(huge) // 1024, f"the line was kept: memory grew by {grown} KiB")
    intake.stop()
    print(f"pipe and socket: calls before and after a line of ten megabytes; memory grew by {grown} KiB")


class FreeSwitch(threading.Thread):
    """An event socket that plays a call with an agent, closes in the middle of the second, and tells by its agent list how
    that one ended."""

    def __init__(self, password):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.password = password
        self.connections = 0
        self.ended = 0
        self.start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            self.connections += 1
            try:
                self.serve(connection, connection.makefile("r"))
            except OSError:
                pass
            connection.close()

    def event(self, action, number):
        body = json.dumps({"Event-Name": "CUSTOM", "Event-Subclass": "callcenter::info", "Event-Date-Timestamp": str(int(time.time() * 1e6)),
                           "CC-Queue": "support@default", "CC-Action": action, "CC-Agent": "1001@default", "CC-Agent-UUID": f"leg{number}",
                           "CC-Member-UUID": "m", "CC-Member-Session-UUID": f"s{number}", "CC-Member-CID-Number": "+4930123456"})
        return f"Content-Length: {len(body)}\nContent-Type: text/event-json\n\n{body}".encode()

    def serve(self, connection, commands):
        connection.sendall(b"Content-Type: auth/request\n\n")
        for command in commands:
            command = command.strip()
            if command.startswith("auth "):
                good = command == "auth " + self.password
                connection.sendall(b"Content-Type: command/reply\nReply-Text: " + (b"+OK accepted" if good else b"-ERR invalid") + b"\n\n")
                if not good:
                    return
            elif command.startswith("event "):
                connection.sendall(b"Content-Type: command/reply\nReply-Text: +OK event listener enabled json\n\n")
            elif command.startswith("api "):
                body = ("name|type|status|state|last_bridge_start|last_bridge_end|last_status_change\n"
                        f"1001@default|callback|Available|Waiting|{self.ended and self.ended - 1}|{self.ended}|{int(time.time()) - 60}\n+OK\n")
                connection.sendall(f"Content-Type: api/response\nContent-Length: {len(body)}\n\n{body}".encode())
                if self.connections == 1:
                    for action, number in (("bridge-agent-start", 1), ("bridge-agent-end", 1), ("bridge-agent-start", 2)):
                        connection.sendall(self.event(action, number))
                        time.sleep(0.3)
                    connection.sendall(self.event("bridge-agent-end", 2)[:120])
                    self.ended = int(time.time()) + 1
                    return


def freeswitch():
    server = FreeSwitch("ClueCon")
    site = Site(f"  - {{name: fs, kind: freeswitch, host: 127.0.0.1, port: {server.port}, secret_file: secret}}\n")
    site.write("secret", "ClueCon\n")
    intake = Intake(site)
    intake.wait_for(lambda: sum(1 for c in intake.calls() if c["ended_at"]) == 2, "both calls of FreeSWITCH")
    intake.stop()
    check(len(intake.calls()) == 2, f"{intake.calls()}")
    check(abs(max(seconds(c["ended_at"]) for c in intake.calls()) - server.ended) < 0.01, "the end that nobody heard")
    check("4930" not in json.dumps(intake.lines), "a customer's number was printed")
    refused = Site(f"  - {{name: fs, kind: freeswitch, host: 127.0.0.1, port: {server.port}, secret_file: secret}}\n")
    refused.write("secret", "wrong\n")
    before = server.connections
    intake = Intake(refused)
    intake.wait_for(lambda: any("password was refused" in s["what"] for s in intake.of("feed")), "a refused password")
    time.sleep(2)
    intake.stop()
    check(server.connections == before + 1, "a refused password is not hammered")
    print("freeswitch: a call, a call whose end was lost with the connection, a wrong password")


if __name__ == "__main__":
    queue_log_of_the_recordings()
    rotated_under_load()
    pipe_and_socket()
    freeswitch()
