"""Prometheus's own checker, for what is written for it."""
import pathlib
import shutil
import subprocess
import tempfile

import lab

PROGRAM = lab.BUILD / "promtool"


def find():
    """The program, or none. Debian's package starts a server where it is installed: it is taken out of the package instead,
    and stays in the build folder. Two tests may do so at once."""
    if shutil.which("promtool"):
        return pathlib.Path(shutil.which("promtool"))
    if PROGRAM.exists():
        return PROGRAM
    with tempfile.TemporaryDirectory(dir=lab.BUILD) as folder:
        # The lists of packages may be old, or not there yet.
        for command in (["download", "prometheus"], ["update"], ["download", "prometheus"]):
            subprocess.run(["apt-get", "-qq", *command], cwd=folder, capture_output=True, timeout=120)
            packages = list(pathlib.Path(folder).glob("prometheus_*.deb"))
            if packages:
                break
        else:
            return None
        lab.run("dpkg-deb", "-x", packages[0], folder)
        (pathlib.Path(folder) / "usr/bin/promtool").rename(PROGRAM)
    return PROGRAM


def check(program, *arguments, **options):
    """Fails with what it says."""
    said = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, **options)
    assert said.returncode == 0, f"promtool {' '.join(map(str, arguments))}: {said.stdout}{said.stderr}"
    print(f"promtool {' '.join(map(str, arguments[:2]))}: good")
