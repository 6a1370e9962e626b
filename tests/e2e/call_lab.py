"""What the tests of live call feeds share: a site of invented people, `breakwatchd intake` over it, and what it prints."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

BUILD = pathlib.Path(os.environ.get("BREAKWATCH_BUILD", "build"))
DATA = pathlib.Path(__file__).resolve().parent.parent / "unit" / "feeds" / "data"
ENROLMENT = """staff_id,macs,radius_users,agent_aliases,notice_date,consent_date
s1001,02:1a:10:00:10:01,,1001;Anna Berg,2026-01-01,2026-01-02
s1002,02:1a:10:00:10:02,,1002;Bogdan Ilic,2026-01-01,2026-01-02
s1003,02:1a:10:00:10:03,,1003;Chiara Conti,2026-01-01,2026-01-02
s1004,02:1a:10:00:10:04,,1004;Dilek Demir,2026-01-01,2026-01-02
s1005,02:1a:10:00:10:05,,1005;Émil Ek,2026-01-01,2026-01-02
s1006,02:1a:10:00:10:06,,1006;Fátima Ferrão,2026-01-01,2026-01-02
"""


class Site:
    """A folder with a configuration; `calls` is the YAML of its call feeds."""

    def __init__(self, calls):
        self.scratch = tempfile.TemporaryDirectory(prefix="breakwatch-")
        self.folder = pathlib.Path(self.scratch.name)
        self.write("enrolment.csv", ENROLMENT)
        self.write("breakwatch.yaml", f"enrolment: enrolment.csv\nstate_directory: {self.folder}\ncalls:\n{calls}")

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


class Intake:
    """A running `breakwatchd intake`; its lines are collected as they come."""

    def __init__(self, site, *options, under=()):
        self.site = site  # its folder lives as long
        self.lines = []
        self.process = subprocess.Popen(
            [*under, str(BUILD / "breakwatchd"), "intake", "--config", str(site.folder / "breakwatch.yaml"), *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            # AddressSanitizer would keep what is freed, and its peak memory would tell nothing.
            env={**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=1"})
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line))

    def peak_memory(self):
        """In KiB, since the program began."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(row.split()[1]) for row in status if row.startswith("VmHWM"))

    def of(self, kind):
        return [line for line in list(self.lines) if line["type"] == kind]

    def wait_for(self, done, what, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if done():
                return
            if self.process.poll() is not None:
                fail(f"intake ended: {self.process.stderr.read()}")
            time.sleep(0.05)
        fail(f"not seen within {seconds} s: {what}; the last lines:\n" + "\n".join(map(str, self.lines[-10:])))

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(timeout=20)
        self.reader.join(timeout=20)
        return self.process.stderr.read()

    def calls(self):
        """The latest word on each call."""
        return list({(c["agent"], c["id"]): c for c in self.of("call")}.values())


def fail(text):
    print(f"FAILED: {text}")
    sys.exit(1)


def check(good, text):
    if not good:
        fail(text)


def seconds(stamp):
    import datetime
    return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()


def certificates(folder, name="localhost"):
    """A certificate for `name`, signed by itself: (certificate, key)."""
    crt, key = folder / f"{name}.crt", folder / f"{name}.key"
    if not shutil.which("openssl"):
        print("skipped: no openssl to make a certificate with")
        sys.exit(77)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", str(key), "-out", str(crt), "-days", "2", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name}"], check=True, capture_output=True)
    return crt, key
