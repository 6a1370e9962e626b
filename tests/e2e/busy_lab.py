"""What the tests share that disturb the daemon while it is busy: a play of several phones of which each posts once, and five call
feeds of different kinds that tell of the calls before, over and over, as sources do that cannot be sure. What the mirror
port gave is recorded; its replay, which nothing disturbs, says which incidents are right."""
import ctypes
import hashlib
import hmac
import http.client
import json
import os
import socket
import ssl
import struct
import sys
import threading
import time

import call_lab
import lab
from lab import Lab, wait_for

PHONE = (bytes.fromhex("aea95067bc13"), bytes([10, 77, 0, 198]))   # the one of the seed case that posts
BEGINS, HELLO, POSTED, ENDS = 12.05, 17.9, 83.1, 97.0   # of it, in seconds of the seed capture
BROWSES, WAITS = 17.0, 7.0   # its first connection but for names; the phone lies there so long before
GAP = 0.6        # longer silence between its frames is made so short: people wait, tests need not
JUDGED = 9.0     # so long after a post its finding is judged, in event time, and told soon after
PAIR = 2.5       # two phones post at almost the same time
START = 4.0      # so long a start may take on a busy machine, its capture included
CYCLE = 55.0     # then the next two
FEEDS = ("hook", "sock", "line", "pipe", "acd")
SECRET = "0123456789abcdef0123"


# --- the play ---

def packets(path):
    """(seconds since the first, frame) of a classic little-endian pcap of microseconds."""
    data, at, first, all_of = path.read_bytes(), 24, None, []
    while at < len(data):
        seconds, fraction, captured, _ = struct.unpack_from("<IIII", data, at)
        moment = seconds + fraction / 1e6
        first = moment if first is None else first
        all_of.append((moment - first, data[at + 16:at + 16 + captured]))
        at += 16 + captured
    return all_of


def episode():
    """What the posting phone of the seed case did, with its silences shortened, and when: (frames, hello, post)."""
    frames, last, saved, moments = [], None, 0.0, {}
    for at, frame in packets(lab.CASE / "capture.pcap"):
        if not BEGINS <= at <= ENDS or PHONE[0] not in frame:
            continue
        if last is not None and at - last > GAP and at < POSTED - 1:
            saved += at - last - GAP
        if last is not None and last < BROWSES <= at:
            saved -= WAITS
        last = at
        frames.append((at - saved - BEGINS, frame))
        for name, original in (("hello", HELLO), ("post", POSTED)):
            if at >= original:
                moments.setdefault(name, at - saved - BEGINS)
    return frames, moments["hello"], moments["post"]


def added(checksum, old, new):
    """RFC 1624: the checksum after these octets were replaced."""
    total = ~checksum & 0xffff
    for at in range(0, len(old), 2):
        total += (~int.from_bytes(old[at:at + 2], "big") & 0xffff) + int.from_bytes(new[at:at + 2], "big")
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def as_phone(frame, mac, address):
    """The same frame of another phone."""
    changed = bytearray(frame.replace(PHONE[0], mac).replace(PHONE[1], address))
    if frame[12:14] != b"\x08\x00":
        return bytes(changed)
    l4 = 14 + (frame[14] & 15) * 4
    struct.pack_into(">H", changed, 24, added(int.from_bytes(frame[24:26], "big"), frame[26:34], bytes(changed[26:34])))
    if frame[23] == 17:
        changed[l4 + 6:l4 + 8] = b"\0\0"
    elif frame[23] == 6:
        struct.pack_into(">H", changed, l4 + 16, added(int.from_bytes(frame[l4 + 16:l4 + 18], "big"), frame[26:34], bytes(changed[26:34])))
    return bytes(changed)


class Phone:
    """One enrolled person: the device, the call of which feed, when the phone comes, and when it is told of the call."""

    def __init__(self, number, cycle):
        self.staff = str(2001 + number)
        self.mac = bytes([2, 0x1a, 0x10, 0, 0x20, 1 + number])
        self.address = bytes([10, 77, 0, 100 + number])
        self.feed = FEEDS[number % len(FEEDS)]
        self.begins = (number // 2) * cycle + (number % 2) * PAIR
        # The second of a pair is told of before its post: once there is an incident of it, the post of the first is judged too.
        self.told_late = number % 2 == 0


class Play:
    """Phones in pairs, a pair a cycle."""

    def __init__(self, pairs, cycle):
        frames, self.hello, self.post = episode()
        self.phones = [Phone(number, cycle) for number in range(2 * pairs)]
        self.frames = sorted((phone.begins + at, as_phone(frame, phone.mac, phone.address)) for phone in self.phones for at, frame in frames)
        self.length = pairs * cycle

    def delicate(self, at):
        """Whether what is being seen at this moment is needed for an incident and in no memory yet: the lease, and from the
        connection's first packet to the judgement of the post."""
        return any(self.needs(phone, at) for phone in self.phones)

    def needs(self, phone, at):
        return -0.5 <= at - phone.begins <= 0.8 or self.hello - 1.0 <= at - phone.begins <= self.post + JUDGED


# --- the site, and what tells it of calls ---

def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03d}Z"


def write_site(here, play, start):
    """The configuration for the daemon, and replay.yaml: the same feeds' records, read from files."""
    work = here.work
    here.write_case(start - lab.CAPTURE_START, [("siem", "tcp"), ("again", "udp")])
    people = [phone.staff for phone in play.phones]
    (work / "roster.csv").write_text("agent_id,start,end,activity,tz,site\n" + "".join(
        f"{staff},{moment(start - 7200)[:19]}Z,{moment(start + 7200)[:19]}Z,shift,UTC,osaka\n" for staff in people))
    (work / "enrolment.csv").write_text("staff_id,macs,radius_users,notice_date,consent_date\n" + "".join(
        f"{phone.staff},{phone.mac.hex(':')},,2026-01-01,2026-01-02\n" for phone in play.phones) + "2099,,2099,2026-01-01,2026-01-02\n")
    certificate, key = call_lab.certificates(work)
    key.chmod(0o600)
    (work / "hook.secret").write_text(SECRET + "\n")
    (work / "hook.secret").chmod(0o600)
    live = (f"  - {{name: hook, kind: webhook, listen: 127.0.0.1, port: 8443, certificate_file: {certificate}, key_file: {key}, "
            "secret_file: hook.secret}\n"
            f"  - {{name: sock, kind: unix-socket, path: {work}/calls.sock}}\n"
            "  - {name: line, kind: tcp-listener, listen: 127.0.0.1, port: 9000, peers: [127.0.0.1], format: generic}\n"
            f"  - {{name: pipe, kind: fifo, path: {work}/calls.fifo}}\n"
            f"  - {{name: acd, kind: ndjson-file, path: {work}/acd.told}}\n")
    told = "".join(f"  - {{name: {feed}, kind: ndjson-file, path: {work}/{feed}.told}}\n" for feed in FEEDS)
    config = (work / "breakwatch.yaml").read_text()
    before, after = config[:config.index("calls:")], config[config.index("zones:"):]
    (work / "breakwatch.yaml").write_text(before + "calls:\n" + live + after)
    (work / "replay.yaml").write_text(before + "calls:\n" + told + after)
    for feed in FEEDS:
        (work / f"{feed}.told").touch()


def into_namespace(name):
    """The calling thread alone."""
    namespace = os.open(f"/run/netns/{name}", os.O_RDONLY)
    assert ctypes.CDLL(None, use_errno=True).setns(namespace, 0x40000000) == 0, "setns"
    os.close(namespace)


class Player(threading.Thread):
    """Sends each frame at its time. tcpreplay waits between frames, and on a busy machine falls behind by more and more."""

    def __init__(self, here, play, start):
        super().__init__(daemon=True)
        self.here, self.play, self.start_at, self.latest = here, play, start, 0.0

    def run(self):
        into_namespace(self.here.phones)
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as link:
            link.bind(("wlan0", 0))
            for at, frame in self.play.frames:
                wait = self.start_at + at - time.time()
                if wait > 0:
                    time.sleep(wait)
                self.latest = max(self.latest, -wait)
                link.send(frame)


class Sources(threading.Thread):
    """The five call systems. Each tells of a call when it has ended (of some minutes late), says that it lives, and repeats its
    last calls, because it cannot know what was taken; the file alone is written once."""

    def __init__(self, here, play, start):
        super().__init__(daemon=True)
        self.here, self.work, self.play, self.start_at = here, here.work, play, start
        self.ended = threading.Event()
        self.records = {feed: [] for feed in FEEDS}
        self.to_tell = sorted(((start + phone.begins + (play.post + 24 if phone.told_late else 2), phone) for phone in play.phones),
                              key=lambda pair: pair[0])
        self.taken = {feed: 0 for feed in FEEDS}
        self.missed = {feed: 0 for feed in FEEDS}

    def all_told(self):
        return not self.to_tell

    def run(self):
        into_namespace(self.here.tap)
        while not self.ended.wait(0.35):
            self.note_new()
            for feed in FEEDS[:-1]:
                try:
                    getattr(self, "by_" + feed)(self.lines(feed))
                    self.taken[feed] += 1
                except (OSError, http.client.HTTPException):
                    self.missed[feed] += 1

    def note_new(self):
        while self.to_tell and self.to_tell[0][0] <= time.time():
            phone = self.to_tell.pop(0)[1]
            end = self.start_at + phone.begins + 1
            record = json.dumps({"v": 1, "src": phone.feed, "id": f"call-{phone.staff}", "type": "call_end", "agent": phone.staff,
                                 "t": moment(end), "talk_s": 200, "queue": "billing"}) + "\n"
            self.records[phone.feed].append(record)
            with open(self.work / f"{phone.feed}.told", "a") as told:
                told.write(record)

    def lines(self, feed):
        lives = json.dumps({"v": 1, "src": feed, "type": "heartbeat", "agent": "", "t": moment(time.time())}) + "\n"
        return (lives * 4 + "".join(self.records[feed][-2:])).encode()

    def by_hook(self, body):
        at = str(int(time.time()))
        digest = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        context = ssl.create_default_context(cafile=self.work / "localhost.crt")
        connection = http.client.HTTPSConnection("localhost", 8443, context=context, timeout=5)
        connection.request("POST", "/", body, {"X-Breakwatch-Timestamp": at, "X-Breakwatch-Signature": "sha256=" + digest})
        status = connection.getresponse().status
        connection.close()
        if status not in (200, 409):
            raise OSError(f"answered {status}")

    def by_sock(self, body):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(self.work / "calls.sock"))
            client.sendall(body)

    def by_line(self, body):
        with socket.create_connection(("127.0.0.1", 9000), timeout=5) as client:
            client.sendall(body)

    def by_pipe(self, body):
        pipe = os.open(self.work / "calls.fifo", os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(pipe, body)
        finally:
            os.close(pipe)


def free_seconds(cycle):
    """Of a cycle, in which nothing delicate is seen or waited for, nor while a start may take."""
    play = Play(1, cycle)
    return sum(not play.delicate(tenth / 10) for tenth in range(int(cycle * 10))) / 10 - 2 * START - 5


# --- the run, and what it has to come to ---

class Busy:
    """One play from its beginning to its judged end: `disturb(self)` is called over and over while it goes on."""

    def __init__(self, here: Lab, pairs, under=(), cycle=CYCLE):
        self.here, self.under, self.judged = here, under, set()
        self.unseen = set()  # calls before posts that no daemon was there for
        self.play = Play(pairs, cycle)
        here.config = here.work / "replay.yaml"
        here.gaps_of_its_own += ("the clock of calls",)  # what a source told late on a busy machine
        here.namespaces()
        here.start_siem()
        self.start = time.time() + 10
        write_site(here, self.play, self.start)
        self.daemon = self.start_daemon()
        here.record()
        self.sources = Sources(here, self.play, self.start)
        self.sources.start()
        self.player = Player(here, self.play, self.start)
        self.player.start()

    def start_daemon(self):
        return self.here.start_daemon(under=self.under)

    def was_down(self, begin, end):
        """Between these seconds of the play; what a phone needed to be seen with then is not to be expected."""
        for phone in self.play.phones:
            if any(self.play.needs(phone, tenth / 10) for tenth in range(int(begin * 10), int(end * 10) + 1)):
                self.unseen.add(f"call-{phone.staff}")

    def wanted(self):
        return {f"call-{phone.staff}" for phone in self.play.phones} - self.unseen

    def at(self):
        """Seconds of the play."""
        return time.time() - self.start

    def delicate(self, at):
        """Now, or before a start is done."""
        if any(self.play.delicate(at + tenth / 10) for tenth in range(round(START * 10))):
            return True
        posted = [p for p in self.play.phones if not p.told_late and p.begins + self.play.hello < at]
        # One that was not seen whole tells nothing of its pair: then time has to do.
        if any(f"call-{p.staff}" in self.unseen and at < p.begins + self.play.post + 30 for p in posted):
            return True
        wanted = {f"call-{p.staff}" for p in posted} - self.unseen
        if not wanted <= self.judged:
            self.judged |= {incident["call"]["id"] for incident in self.here.incidents()}
        return not wanted <= self.judged

    def going_on(self):
        return self.at() < self.play.length + 4

    def finish(self):
        """All is told, judged and with the SIEM. That it equals the replay, which nothing disturbed, is compared at the end of
        every test."""
        here = self.here
        self.player.join(timeout=60)
        assert not self.player.is_alive() and self.player.latest < 1, f"a frame was {self.player.latest:.1f} s late: the machine is too busy"
        assert self.sources.all_told()
        try:
            wait_for("all incidents", lambda: self.wanted() <= {i["call"]["id"] for i in here.incidents()}, 40)
        except AssertionError:
            missing = self.wanted() - {i["call"]["id"] for i in here.incidents()}
            raise AssertionError(f"no incident of {sorted(missing)}") from None
        wait_for("the SIEM has them", lambda: {i["id"] for i in here.incidents()} <= {here.fields(e)["id"] for e in here.received("BW-1001")}, 240, every=1)
        self.sources.ended.set()
        self.sources.join()
        self.once_each()

    def once_each(self):
        """Each person's call is in one incident of one's own; each revision has one number; no number is missing at the SIEM."""
        here, incidents = self.here, self.here.incidents()
        found = [incident["call"]["id"] for incident in incidents]
        assert len(set(found)) == len(found) and self.wanted() <= set(found) <= self.wanted() | self.unseen, found
        here.left_out = lambda incident: incident["call"]["id"] in self.unseen
        assert len({i["id"] for i in incidents}) == len({i["subject"] for i in incidents}) == len(incidents), incidents
        numbers = {}
        for entry in here.received():
            fields = here.fields(entry)
            if fields.get("code", "").startswith("BW-100"):
                numbers.setdefault((entry["hostname"], fields["id"], int(fields["rev"])), set()).add(fields["seq"])
        doubled = {key: found for key, found in numbers.items() if len(found) > 1}
        assert not doubled, f"one revision, several numbers: {doubled}"
        for incident in incidents:
            told = sorted(rev for host, name, rev in numbers if name == incident["id"] and host == "bw-siem")
            assert told == list(range(1, incident["revision"] + 1)), f"{incident['id']}: {told}, stored {incident['revision']}"
        seen = sorted({int(here.fields(e)["seq"]) for e in here.received() if here.fields(e).get("code") != "BW-9001" and e["hostname"] == "bw-siem"})
        assert seen == list(range(seen[0], seen[-1] + 1)) and seen[0] == 1, f"numbers are missing: {seen}"
        # The chain, however often its writer was killed, is the one whose heads the SIEM holds.
        lab.run(lab.BUILD / "breakwatch", "verify", "--state", here.work / "state", "--heads", here.work / "received.jsonl")


def amount(short):
    """How many disturbances: the first argument, or a number that fits into a quick test."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else short


NEEDED = ("ip", "rsyslogd", "tcpdump", "ss", "sysctl", "openssl")
