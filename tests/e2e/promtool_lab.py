"""Prometheus's own checker, for what is written for it."""
import pathlib
import shutil
import subprocess

import lab

UNPACKED = lab.BUILD / "promtool"


def find():
    """The program, or none. Debian's package starts a server where it is installed: it is unpacked below the build folder."""
    if shutil.which("promtool"):
        return pathlib.Path(shutil.which("promtool"))
    program = UNPACKED / "usr/bin/promtool"
    if not program.exists():
        UNPACKED.mkdir(parents=True, exist_ok=True)
        got = subprocess.run(["apt-get", "download", "-qq", "prometheus"], cwd=UNPACKED, capture_output=True, timeout=120)
        packages = sorted(UNPACKED.glob("prometheus_*.deb"))
        if got.returncode != 0 or not packages:
            return None
        lab.run("dpkg-deb", "-x", packages[-1], UNPACKED)
    return program


def check(program, *arguments, **options):
    """Fails with what it says."""
    said = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, **options)
    assert said.returncode == 0, f"promtool {' '.join(map(str, arguments))}: {said.stdout}{said.stderr}"
    print(f"promtool {' '.join(map(str, arguments[:2]))}: good")
