"""What the end-to-end tests share: network namespaces, a real rsyslogd, the daemon, and the seed case moved to now.

Three namespaces: `phones` plays the capture into `gateway`, a bridge that forgets addresses at once and so repeats every
frame, as a mirror port does, to `tap`, where breakwatchd listens and rsyslogd receives on loopback.
"""
import contextlib
import datetime
import json
import os
import pathlib
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BREAKWATCH_BUILD", SOURCE / "build"))
CASE = SOURCE / "tests/replay/seed-case"
STAFF = "1042"
CAPTURE_START = 1795453130.675   # time of the capture's first packet
CALL_END = 1795452962.675
POST = 1795453213.656
SKIPPED = 77
# Of an incident: what is made with the site's own key, when it was raised and seen, and how often facts that came late revised it.
OF_THE_RUN = ("id", "subject", "raised_at", "seen", "state", "revision")


def skip(why):
    print("skipped:", why)
    sys.exit(SKIPPED)


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, **options).stdout


def need(*programs):
    if "tcpreplay" in programs:
        programs += ("tcpdump",)  # what is played is recorded
    if os.geteuid() != 0:
        skip("needs root for network namespaces")
    for program in programs:
        if not shutil.which(program):
            skip(f"no {program}")
    probe = f"bw-probe-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True).returncode != 0:
        skip("network namespaces are not allowed here")
    run("ip", "netns", "del", probe)


def wait_for(what, condition, seconds, every=0.1):
    """The first truthy value of condition(); fails in words when time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(every)
    raise AssertionError(f"not within {seconds} s: {what}")


def frames(path):
    """Time and octets of each packet of a classic capture file."""
    data = path.read_bytes()
    unit = {0xa1b2c3d4: 1e6, 0xa1b23c4d: 1e9}[struct.unpack_from("<I", data)[0]]
    at = 24
    while at + 16 <= len(data):
        seconds, fraction, kept, _ = struct.unpack_from("<IIII", data, at)
        yield seconds + fraction / unit, data[at + 16:at + 16 + kept]
        at += 16 + kept


class Lab(contextlib.ExitStack):
    """Namespaces, a work folder and the processes of one test; everything is gone at the end."""

    def __init__(self):
        super().__init__()
        tag = f"bw{os.getpid()}"
        self.phones, self.gateway, self.tap = f"{tag}-phones", f"{tag}-gateway", f"{tag}-tap"
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="breakwatch-e2e-"))
        self.work.chmod(0o755)
        self.callback(shutil.rmtree, self.work, ignore_errors=True)
        self.processes = []
        self.callback(self.end_processes)
        self.state = self.work / "state"
        self.recorder = None
        self.config = self.work / "breakwatch.yaml"  # that the replay is made with
        # What live need not say as its replay. None: the two cannot be compared; the test says why.
        self.apart = OF_THE_RUN
        self.left_out = lambda incident: False  # of both
        self.gaps_of_its_own = ()  # beginnings of gaps that only the live run has

    def end_processes(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    def namespaces(self):
        for name in (self.phones, self.gateway, self.tap):
            run("ip", "netns", "add", name)
            self.callback(subprocess.run, ["ip", "netns", "del", name], capture_output=True)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "-n", self.gateway, "link", "add", "br0", "type", "bridge", "ageing_time", "0", "mcast_snooping", "0")
        # Where br_netfilter is loaded a bridge drops frames that were captured shorter than their IP header says.
        run("ip", "-n", self.gateway, "link", "set", "br0", "type", "bridge", "nf_call_iptables", "0", "nf_call_ip6tables", "0",
            "nf_call_arptables", "0")
        run("ip", "netns", "exec", self.gateway, "sysctl", "-qwe", "net.bridge.bridge-nf-call-iptables=0",
            "net.bridge.bridge-nf-call-ip6tables=0")
        self.cable("wlan0", self.phones, "port1")
        self.cable("mirror0", self.tap, "port2")
        run("ip", "-n", self.gateway, "link", "set", "br0", "up")

    def cable(self, inside, namespace, port):
        run("ip", "-n", self.gateway, "link", "add", port, "type", "veth", "peer", "name", inside, "netns", namespace)
        run("ip", "-n", self.gateway, "link", "set", port, "master", "br0", "up")
        # Nobody here may answer the replayed traffic.
        run("ip", "netns", "exec", namespace, "sysctl", "-qw", f"net.ipv6.conf.{inside}.disable_ipv6=1")
        run("ip", "-n", namespace, "link", "set", inside, "arp", "off", "up")

    def start(self, name, *command, namespace=None, **options):
        prefix = ["ip", "netns", "exec", namespace] if namespace else []
        log = open(self.work / f"{name}.log", "ab")
        process = subprocess.Popen(prefix + [str(part) for part in command], stdout=log, stderr=log, **options)
        self.processes.append(process)
        return process

    def log(self, name):
        path = self.work / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # --- the SIEM ---

    def start_siem(self):
        """A real rsyslogd: loopback UDP and TCP on 5514, the socket `log` in the work folder; its own parser splits the
        fields to JSON lines."""
        template = (SOURCE / "tests/e2e/rsyslog.conf.in").read_text()
        config = self.work / "rsyslog.conf"
        config.write_text(template.replace("@RUN@", str(self.work)))
        process = self.start("rsyslogd", "rsyslogd", "-n", "-iNONE", "-f", config, namespace=self.tap)
        wait_for("rsyslogd listens", lambda: "5514" in run("ip", "netns", "exec", self.tap, "ss", "-ltn"), 20)
        return process

    def received(self, code=None):
        """What rsyslogd stored, in order: its parsed fields. A half-written last line waits; what was sent again, because it
        might have been lost, is dropped by its number, as receivers do."""
        path = self.work / "received.jsonl"
        if not path.exists():
            return []
        lines = path.read_text(errors="replace").split("\n")[:-1]
        entries = [json.loads(line) for line in lines if line.strip()]
        first = {}
        for place, entry in enumerate(entries):
            fields = self.fields(entry)
            repeats = fields.get("code") != "BW-9001"
            first.setdefault((entry.get("hostname"), entry.get("timestamp"), *fields.items()) if repeats else place, entry)
        return [e for e in first.values() if code is None or self.fields(e).get("code") == code]

    @staticmethod
    def fields(entry):
        """The one structured-data element that is ours."""
        data = entry.get("rfc5424-sd") or {}
        return next((v for k, v in data.items() if k.startswith("breakwatch@")), {})

    # --- the seed case, moved to now ---

    def write_case(self, shift, sinks, **changes):
        """Roster, enrolment and an empty call file as of `shift` seconds later than the original. `changes`: interface,
        state (folder of the store), extra (lines of configuration)."""
        def local(seconds):
            return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        begin, end = CALL_END + shift - 3600 * 3, CALL_END + shift + 3600 * 5
        (self.work / "roster.csv").write_text(
            "agent_id,start,end,activity,tz,site\n"
            + "".join(f"{agent},{local(begin)},{local(end)},shift,UTC,osaka\n" for agent in ("1042", "1043", "1044")))
        for file in ("enrolment.csv", "measured.yaml"):
            shutil.copy(CASE / file, self.work / file)
        (self.work / "calls.ndjson").touch()
        self.state = changes.get("state", self.work / "state")
        config = (CASE / "breakwatch.yaml").read_text()
        config = config[:config.index("syslog:")].replace("interface: eth1", f"interface: {changes.get('interface', 'mirror0')}")
        config += f"state_directory: {self.state}\nruntime_directory: {self.work}/run\n"
        config += changes.get("extra", "") + "syslog:\n"
        for name, transport in sinks:
            config += (f"  - name: {name}\n    transport: {transport}\n    host: 127.0.0.1\n    port: 5514\n"
                       f"    path: {self.work}/log\n    hostname: bw-{name}\n    heartbeat: 2s\n")
        (self.work / "breakwatch.yaml").write_text(config)
        for file in self.work.iterdir():
            if file.is_file():
                file.chmod(0o644)

    def call(self, shift, agent, identifier, answered, ended):
        """The switch tells a call of the original story, at its time now."""
        def at(seconds):
            moment = datetime.datetime.fromtimestamp(seconds + shift, datetime.timezone.utc)
            return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        with open(self.work / "calls.ndjson", "a") as feed:
            for kind, seconds in (("call_start", answered), ("call_end", ended)):
                feed.write(json.dumps({"v": 1, "src": "acd", "id": identifier, "type": kind, "agent": agent,
                                       "t": at(seconds), "queue": "billing"}) + "\n")

    def start_daemon(self, user="no-such-user", under=(), **options):
        """`under`: a command that the daemon's own is an argument of."""
        ready = self.log("breakwatchd").count("READY")
        daemon = self.start("breakwatchd", *under, BUILD / "breakwatchd", "run", "--config", self.work / "breakwatch.yaml",
                            "--user", user, "--log-level", "debug", namespace=self.tap, **options)
        wait_for("breakwatchd is ready", lambda: self.log("breakwatchd").count("READY") > ready or daemon.poll() is not None, 60)
        assert daemon.poll() is None, "breakwatchd ended: " + self.log("breakwatchd")
        return daemon

    def record(self):
        """What the mirror port gives from now on, with the kernel's own times, as the daemon has them."""
        if self.recorder is not None:
            return
        self.recorder = self.start("tcpdump", "tcpdump", "-i", "mirror0", "-n", "-p", "-U", "--time-stamp-precision=nano",
                                   "-B", "16384", "-Z", "root", "-w", self.work / "live.pcap", namespace=self.tap)
        wait_for("tcpdump listens", lambda: "listening on" in self.log("tcpdump"), 20)

    def stop_recording(self):
        if self.recorder.poll() is None:
            self.recorder.send_signal(signal.SIGINT)
            self.recorder.wait(timeout=20)

    def came(self, moment):
        """When the case's first packet from this moment on came to the mirror port: the player has moments of its own."""
        _, wanted = next((at, octets) for at, octets in frames(CASE / "capture.pcap") if at >= moment)
        return next(at for at, octets in frames(self.work / "live.pcap") if octets == wanted)

    def replayed(self):
        """The incidents of the recording, with the same feeds."""
        self.stop_recording()
        said = subprocess.run([BUILD / "breakwatchd", "replay", "--config", self.config, "--json", self.work / "live.pcap"],
                              capture_output=True, text=True)
        assert said.returncode == 0, said.stderr
        return [json.loads(line) for line in said.stdout.splitlines()]

    def live_equals_replay(self):
        """Every incident of the live run is one of the replay of what its mirror port gave, and the other way round, word by
        word but for what is apart."""
        def in_order(incidents):
            return sorted((i for i in incidents if not self.left_out(i)), key=lambda i: (i["rule"], i["call"]["id"], i["binding"]["from"], i["after_call"]))
        replay, live = in_order(self.replayed()), in_order(self.incidents())
        assert len(live) == len(replay), f"live {len(live)} incidents, their replay {len(replay)}: {live} and {replay}"
        for one, other in zip(live, replay):
            known = [key for key in other if key in one and key not in self.apart]
            assert {"platform", "confidence", "call", "duty", "binding"} <= {*known, *self.apart}, known
            for each in (one, other):
                each["gaps"] = [gap for gap in each["gaps"] if not gap.startswith(tuple(self.gaps_of_its_own))]
            differ = [f"{key}: live {one[key]}, replay {other[key]}" for key in known if one[key] != other[key]]
            assert not differ, f"{one['call']}: " + "\n".join(differ)
        print(f"live equals replay: {len(live)} incidents" + "".join(f", {part} apart" for part in self.apart if part not in OF_THE_RUN))

    def play(self, capture=CASE / "capture.pcap"):
        """Plays the capture at its own pace, records what the mirror port gives of it; returns the process."""
        self.record()
        return self.start("tcpreplay", "tcpreplay", "-q", "-i", "wlan0", capture, namespace=self.phones)

    def incidents(self, state=None):
        """As the operator's tool tells them."""
        return json.loads(run(BUILD / "breakwatch", "incidents", "--state", state or self.state, "--json") or "[]")

    def status(self):
        """What the daemon says of itself; {} before it said anything."""
        path = self.work / "run/status.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def health(self, part, word):
        """Health events of one part at the SIEM whose text has `word`."""
        return [e for e in self.received() if self.fields(e).get("part") == part and word in e["msg"]]

    def sequences(self):
        """Sequence numbers of what the SIEM got, heartbeats left out, in order of arrival."""
        return [int(self.fields(e)["seq"]) for e in self.received() if self.fields(e).get("code") != "BW-9001"]

    def fail_with_logs(self, error):
        print(f"FAILED: {error}")
        for path in sorted(self.work.glob("*.log")):
            print(f"--- {path.name}\n{path.read_text(errors='replace')[-6000:]}")
        sys.exit(1)


def test(body):
    """Runs body(lab) and ends the process as ctest expects."""
    with Lab() as lab:
        try:
            body(lab)
            if lab.recorder is not None and lab.apart is not None:
                lab.live_equals_replay()
        except (AssertionError, subprocess.CalledProcessError) as error:
            detail = getattr(error, "stderr", "") or ""
            lab.fail_with_logs(f"{error} {detail}")
    print("passed")
