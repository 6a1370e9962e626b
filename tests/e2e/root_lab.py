"""What the tests on a Debian of their own share: a root made by debootstrap, commands in it, and the same root booted with
its own systemd, all by systemd-nspawn. Nothing of this machine is in it but the clone of the checkout and the kernel."""
import contextlib
import fcntl
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import lab
from lab import BUILD, SOURCE, skip, wait_for

ROOT = BUILD / "bare-root"
SUITE = os.environ.get("BREAKWATCH_SUITE", "bookworm")   # trixie: the same on Debian 13
TARBALL = BUILD / f"bare-root-{SUITE}.tar"
CHECKOUT = "/home/admin/breakwatch"
INSTALLED = ROOT / ".installed"      # the last step of e2e.bare_root
NSPAWN = ("systemd-nspawn", "-q", "--register=no", "--keep-unit")


def need_nspawn():
    if os.geteuid() != 0:
        skip("needs root for systemd-nspawn")
    for program in ("debootstrap", "systemd-nspawn", "git", "tar"):
        if not shutil.which(program):
            skip(f"no {program}")


def probe_nspawn(root):
    """Containers may not be allowed within this one."""
    tried = subprocess.run([*NSPAWN, "-D", root, "--pipe", "/bin/true"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if tried.returncode != 0:
        skip(f"systemd-nspawn does not run here: {tried.stderr.strip()[-200:]}")


def make_root(root):
    """A bare Debian as debootstrap makes it, with git and certificates to clone by; kept as a tarball for the next time."""
    shutil.rmtree(root, ignore_errors=True)
    if not TARBALL.exists():
        made = subprocess.run(["debootstrap", "--variant=minbase", "--include=git,ca-certificates", SUITE, root,
                               "http://deb.debian.org/debian"], capture_output=True, text=True)
        if made.returncode != 0:
            skip(f"debootstrap cannot make a root here: {made.stdout.strip()[-300:]}")
        part = TARBALL.with_suffix(".part")
        lab.run("tar", "-C", root, "--one-file-system", "-cf", part, ".")
        part.rename(TARBALL)
    else:
        root.mkdir()
        lab.run("tar", "-C", root, "--numeric-owner", "-xf", TARBALL)


def clone_into(root):
    """The committed state, by git alone, as somebody has it who cloned it there."""
    head = lab.run("git", "-C", SOURCE, "rev-parse", "HEAD").strip()
    target = f"{root}{CHECKOUT}"
    lab.run("git", "clone", "-q", "--no-hardlinks", f"file://{SOURCE}", target)
    lab.run("git", "-C", target, "checkout", "-q", "--detach", head)


def in_root(command, *options, seconds=3000):
    """Runs a shell command in the root, with this machine's network; its output. Fails in words."""
    # A compilation gives way to the tests beside it, which look at times. The root has a session of its own, and between
    # sessions the scheduler heeds the group's value alone (sched(7)).
    gives_way = "(echo 15 > /proc/self/autogroup) 2>/dev/null || true\n"
    done = subprocess.run(["nice", "-n", "5", *NSPAWN, "-D", ROOT, *options, "--pipe", "/bin/bash", "-ec", gives_way + command],
                          capture_output=True, text=True, timeout=seconds, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"in the bare root: {command}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-4000:]}"
    return done.stdout


def readme_block(first_words):
    """The indented block of README.md that begins with these words, as it is to be typed."""
    lines = (SOURCE / "README.md").read_text().splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("    " + first_words))
    end = next(i for i in range(begin, len(lines)) if lines[i] and not lines[i].startswith("    "))
    return textwrap.dedent("\n".join(lines[begin:end])).strip() + "\n"


class Machine(contextlib.ExitStack):
    """The root, booted: pid 1 is its systemd, its network is its own. One at a time."""

    def __init__(self):
        super().__init__()
        lock = self.enter_context(open(BUILD / "bare-root.lock", "w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.console = open(BUILD / "bare-root.console", "wb")
        self.nspawn = subprocess.Popen([*NSPAWN, "-D", ROOT, "--boot", "--private-network", "--console=pipe"],
                                       stdin=subprocess.DEVNULL, stdout=self.console, stderr=self.console)
        self.callback(self.power_off)
        self.leader = wait_for("the machine's first process", self.find_leader, 60)
        wait_for("the machine is up", lambda: self.ask("systemctl", "is-system-running").strip() in ("running", "degraded"), 120)

    def find_leader(self):
        if self.nspawn.poll() is not None:
            skip("systemd-nspawn --boot does not run here: " + (BUILD / "bare-root.console").read_text(errors="replace")[-300:])
        children = pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        for child in children:
            if pathlib.Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        return None

    def power_off(self):
        if self.nspawn.poll() is None:
            os.kill(self.leader, signal.SIGRTMIN + 4)   # systemd(1): poweroff.target
            try:
                self.nspawn.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.nspawn.kill()
                self.nspawn.wait()
        self.console.close()

    def command(self, *words):
        return ["nsenter", "-a", "-t", str(self.leader), *map(str, words)]

    def run(self, *words, **options):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, stdin=subprocess.DEVNULL, **options)
        assert done.returncode == 0, f"{words}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def ask(self, *words):
        """Output of a command that may fail."""
        return subprocess.run(self.command(*words), capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout

    def start(self, *words, **options):
        return subprocess.Popen(self.command(*words), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, **options)

    def unit(self, *properties, unit="breakwatchd"):
        """Properties of a unit, as systemd has them."""
        shown = self.ask("systemctl", "show", unit, "-p", ",".join(properties))
        return dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)

    def journal(self, *options, unit="breakwatchd"):
        return self.ask("journalctl", "-q", "--no-pager", "-o", "cat", "-u", unit, *options)

    def path(self, path):
        """Where a file of the machine's own is seen from here: below its first process's root (proc(5))."""
        return pathlib.Path("/proc", str(self.leader), "root", path.lstrip("/"))

    def write(self, path, text, mode=0o644):
        file = self.path(path)
        file.write_text(text)
        file.chmod(mode)

    def append(self, path, text):
        """As another program does to a file that is followed."""
        with self.path(path).open("a") as file:
            file.write(text)

    def read(self, path):
        file = self.path(path)
        return file.read_text() if file.exists() else ""

    def mirror_port(self):
        """eth1, whose other end `phones` plays what the mirror port would bring."""
        if "eth1" in self.ask("ip", "-br", "link"):
            return
        self.run("ip", "link", "add", "eth1", "type", "veth", "peer", "name", "phones")
        for end in ("eth1", "phones"):
            self.run("sysctl", "-qw", f"net.ipv6.conf.{end}.disable_ipv6=1")
            self.run("ip", "link", "set", end, "arp", "off", "up")

    def fail_with_logs(self, error):
        print(f"FAILED: {error}")
        print("--- journal\n" + self.ask("journalctl", "-q", "--no-pager", "-n", "60"))
        print("--- breakwatch status\n" + self.ask("breakwatch", "status"))
        print("--- systemctl status\n" + self.ask("systemctl", "status", "--no-pager", "breakwatchd"))
        sys.exit(1)


def fill_in(starter):
    """The starter configuration with its marked lines filled in, as a person does by README."""
    answers = {"text:": "Protect customers from being contacted by the staff who handled their call", "responsible:": "Head of security",
               "rules_reference:": "Staff handbook 2026, section 7.4", "notice_date:": "2026-10-01", "time_zone:": "Asia/Tokyo",
               "interface:": "eth1"}
    filled = []
    for line in starter.splitlines():
        key = line.split()[0] if line.strip() else ""
        if "# <--" in line and key in answers:
            line = line[:line.index(key)] + f"{key} {answers.pop(key)}"
        filled.append(line)
    assert not answers, f"not asked for in the starter configuration: {sorted(answers)}"
    return "\n".join(filled) + "\n"


def test(body):
    """Runs body(machine) on the root that e2e.bare_root left, and ends the process as ctest expects."""
    need_nspawn()
    if not INSTALLED.exists():
        skip("no root was made by e2e.bare_root")
    with Machine() as machine:
        try:
            body(machine)
        except (AssertionError, subprocess.SubprocessError) as error:
            machine.fail_with_logs(error)
    print("passed")
