#!/usr/bin/env python3
"""`breakwatch calibrate kit`, live: a phone's traffic is played over a mirror port, and the marks come by the page that the kit serves, as
from a volunteer's phone. Killed in a session it loses that session alone and goes on; a form sent twice marks once; a crowd at the port
neither stops nor blinds it; an interface that goes leaves what came before. Each session stands in the audit trail. The commands with
which it ends are run as they are printed, and the platform has its measured record."""
import re
import shlex
import signal
import struct
import subprocess
import sys
import time

import lab
from calibrate_live import received, samples
from lab import BUILD, CAPTURE_START, CASE, POST, Lab, run, wait_for

PHONE = "ae:a9:50:67:bc:13"
PLATFORM = "x"
BEFORE, AFTER = 4, 4   # seconds of the capture around its post that are played at their own pace; the rest is hurried
HURRY = 15

# Runs beside the kit, in its namespace: asks once, and prints status, location and page.
ASK = """
import http.client, sys
port, method, path, body = sys.argv[1:]
page = http.client.HTTPConnection("127.0.0.1", int(port), timeout=15)
page.request(method, path, body or None)
answer = page.getresponse()
print(answer.status, answer.getheader("Location") or "-")
print(answer.read().decode())
"""
# Connections that say nothing, trickle, or talk rubbish, for as long as their input is open.
CROWD = """
import socket, sys, threading, time
port = int(sys.argv[1])
def visit(number):
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as one:
                if number % 4 == 0: one.sendall(bytes(range(256)) * 40)
                if number % 4 == 1: one.sendall(b"GET /" + b"0" * 32 + b"/ HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
                for _ in range(20):
                    time.sleep(0.1)
                    if number % 4 == 2: one.sendall(b"G")
        except OSError:
            time.sleep(0.05)
for number in range(24): threading.Thread(target=visit, args=(number,), daemon=True).start()
print("crowd", flush=True)
sys.stdin.read()
"""


def hurried(here):
    """The case's capture with less waiting before its post; and when its post is, in seconds from the first packet."""
    def moved(at):
        slow_from = POST - BEFORE
        if at < slow_from:
            return (at - CAPTURE_START) / HURRY
        return (slow_from - CAPTURE_START) / HURRY + (at - slow_from)
    path = here.work / "hurried.pcap"
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for at, octets in lab.frames(CASE / "capture.pcap"):
            if at > POST + AFTER:
                break
            then = moved(at)
            out.write(struct.pack("<IIII", int(then), int(then % 1 * 1e6), len(octets), len(octets)) + octets)
    return path, moved(POST)


class Kit:
    """The tool at work, and its page."""

    def __init__(self, here, name, *more):
        self.here, self.name = here, name
        self.process = here.start(name, *command(here, *more, "--listen", "127.0.0.1:0"), stdin=subprocess.DEVNULL)
        link = wait_for("its link is told", self.link, 30)
        self.port, self.path = link[1], link[2]

    def link(self):
        assert self.process.poll() is None, self.told()
        return re.search(r"http://127\.0\.0\.1:(\d+)(/[0-9a-f]{32}/)", self.told())

    def told(self):
        return self.here.log(self.name)

    def ask(self, method, path=None, body=""):
        out = run("ip", "netns", "exec", self.here.tap, sys.executable, "-c", ASK, self.port, method, path or self.path, body)
        head, _, page = out.partition("\n")
        status, location = head.split()
        return int(status), location, page

    def form(self, deed):
        """The body that the page's button sends."""
        page = self.ask("GET")[2]
        found = re.search(rf'name="do" value="{deed}"><input type="hidden" name="state" value="(\d+)"', page)
        return f"do={deed}&state={found[1]}" if found else None

    def press(self, deed):
        body = wait_for(f"the page offers '{deed}'", lambda: self.form(deed), 60, every=0.5)
        assert self.ask("POST", body=body)[:2] == (303, self.path)
        return body

    def tells(self, words, seconds=60, times=1):
        wait_for(f"it says '{words}'", lambda: self.told().count(words) >= times or self.process.poll() is not None, seconds)
        assert self.told().count(words) >= times, f"not '{words}': {self.told()}"


def command(here, *more, folder="kit"):
    return ["ip", "netns", "exec", here.tap, str(BUILD / "breakwatch"), "calibrate", "kit", "--config", str(here.work / "breakwatch.yaml"),
            "--device", PHONE, "--platform", PLATFORM, "-o", str(here.work / folder), "--posts", "2", "--browse", "1", *more]


def refused(here, words, code, *more, **folder):
    result = subprocess.run(command(here, *more, **folder), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert result.returncode == code, f"{words}: exit code {result.returncode}: {result.stderr}"
    assert sum(words in line for line in result.stderr.splitlines()) == 1, f"'{words}' is not told once: {result.stderr}"


def play(here, capture):
    """When the first packet was on the mirror port. One play at a time: they are the same connections."""
    before = received(here)
    here.player = here.start("tcpreplay", "tcpreplay", "-q", "-i", "wlan0", capture, namespace=here.phones)
    wait_for("the first packet is on the mirror", lambda: received(here) > before, 30, every=0.02)
    return time.time()


def publish(here, kit, capture, post):
    """Plays, and marks at the post; what was sent."""
    begun = play(here, capture)
    body = kit.form("mark")
    time.sleep(max(0, begun + post + 0.2 - time.time()))
    assert kit.ask("POST", body=body)[:2] == (303, kit.path)
    return body


def watched(here):
    return run(BUILD / "breakwatch", "audit", "--state", here.work / "state").count("device-watched")


def refusals(here):
    (here.work / "kit").mkdir()
    (here.work / "kit/x-text_post-1.rec").write_text("spoilt\n")
    refused(here, "x-text_post-1.rec:1: expected the head of a recording", 1)
    assert (here.work / "kit/x-text_post-1.rec").read_text() == "spoilt\n"
    (here.work / "kit/x-text_post-1.rec").unlink()
    holder = here.start("holder", sys.executable, "-c", "import socket; s = socket.create_server(('127.0.0.1', 4711)); input()",
                        namespace=here.tap, stdin=subprocess.PIPE)
    wait_for("the port is taken", lambda: "4711" in run("ip", "netns", "exec", here.tap, "ss", "-ltn"), 20)
    refused(here, "--listen: 127.0.0.1:4711: Address already in use", 1, "--listen", "127.0.0.1:4711")
    holder.kill()
    refused(here, "expected one address of this machine", 2, "--listen", "0.0.0.0:4711")
    refused(here, "Not a directory", 1, folder="breakwatch.yaml")


def body(here: Lab):
    here.apart = None
    here.namespaces()
    here.write_case(0, [("siem", "udp")])
    capture, post = hurried(here)
    here.start_daemon()
    refusals(here)

    # Killed as it browses: that session is lost, and nothing else.
    first = Kit(here, "first")
    first.press("begin")
    play(here, capture)
    first.tells("watching")
    time.sleep(5)
    first.process.kill()
    first.process.wait()
    assert not list((here.work / "kit").glob("*.rec")), "half a session was left"
    here.player.wait(timeout=60)

    second = Kit(here, "second")
    second.tells("0 of 2 posts in 0 sessions; 0 of 1 minutes")
    assert second.ask("GET", "/" + "0" * 32 + "/")[0] == 404 and second.ask("POST", first.path, "do=begin&state=1")[0] == 404
    second.press("begin")
    play(here, capture)
    assert second.form("mark") is None, "a mark is offered while nothing may be published"
    second.tells("0 of 2 posts in 0 sessions; 1 of 1 minutes of browsing alone in 1 session", 120)

    # A post; its form is sent again and again; a crowd is at the port meanwhile.
    second.press("begin")
    crowd = here.start("crowd", sys.executable, "-c", CROWD, second.port, namespace=here.tap, stdin=subprocess.PIPE)
    wait_for("the crowd is there", lambda: "crowd" in here.log("crowd"), 20)
    second.tells("watching", times=2)
    begun = play(here, capture)
    time.sleep(max(0, begun + post + 0.2 - time.time()))
    marked = mark_in_a_crowd(second)
    crowd.kill()
    assert all(second.ask("POST", body=marked)[:2] == (303, second.path + "?old") for _ in range(3)), "a repeated form was taken"
    assert second.told().count("by the page: mark") == 1, second.told()
    second.tells("1 of 2 posts in 1 session", 60)
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(timeout=20) == 0 and "Not all is there yet" in second.told(), second.told()

    # It goes on; the interface goes some seconds after the post.
    third = Kit(here, "third")
    third.tells("1 of 2 posts in 1 session; 1 of 1 minutes of browsing alone in 1 session")
    third.press("begin")
    third.tells("watching")
    publish(here, third, capture, post)
    third.tells("by the page: mark 1")
    time.sleep(9)
    run("ip", "-n", here.gateway, "link", "del", "port2")
    third.tells("what came before that is kept", 30)
    assert third.process.wait(timeout=60) == 0, third.told()
    print(third.told())
    finish(here, third)


def mark_in_a_crowd(kit):
    """Somebody who reloads until it works, as one does."""
    for _ in range(40):
        try:
            sent = kit.form("mark")
            if sent and kit.ask("POST", body=sent)[0] == 303:
                return sent
        except subprocess.CalledProcessError:
            pass
        if "by the page: mark" in kit.told():
            return sent
    raise AssertionError("no mark came through the crowd: " + kit.told())


def finish(here, kit):
    files = sorted(path.name for path in (here.work / "kit").glob("*.rec"))
    assert files == ["x-browse_only-1.rec", "x-text_post-1.rec", "x-text_post-2.rec"], files
    for name in files:
        path = here.work / "kit" / name
        head, lines = samples(path)
        assert path.stat().st_mode & 0o777 == 0o600 and PHONE not in path.read_text()
        assert sum(line["post"] for line in lines) == (0 if "browse" in name else 1), f"{name}: {lines}"
        assert len(lines) > 3 and head["hours"] > (1 / 60 if "browse" in name else 0), (name, head)
    assert watched(here) == 4, "not every session is in the audit trail, or too many are"
    commands = [line.strip() for line in kit.told().splitlines() if line.startswith("  breakwatch calibrate ")]
    assert [shlex.split(line)[2] for line in commands] == ["check", "measure"], commands
    for line in commands:
        print(run(BUILD / "breakwatch", *shlex.split(line)[1:]))
    measured = (here.work / "kit/measured.yaml").read_text()
    assert re.search(rf"{PLATFORM}\b.*posts: 2\b", measured, re.DOTALL), measured


if __name__ == "__main__":
    lab.need("ip", "tcpreplay", "sysctl", "ss")
    lab.test(body)
