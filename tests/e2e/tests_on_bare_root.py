#!/usr/bin/env python3
"""README's second command where nothing is prepared: a bare Debian is made, the checkout cloned into it, and as root there the
tests are installed for, built and run. The root is a mount of its own, as a machine's is; its kernel and network are this one's.

  BREAKWATCH_COLD=1: without the compilations of an earlier run, as on a new machine."""
import os
import pathlib
import re
import shutil
import subprocess
import time

import root_lab
from lab import BUILD, skip

ROOT = BUILD / "second-root"
CACHE = BUILD / "second-root.ccache"
LOG = BUILD / "second-root.log"
ENTERED = "within the bare root"
# In a mount namespace of its own, which takes the mounts along when it ends; a process namespace does so with what was left running.
ENTER = """
mount --bind {root} {root}
cd {root}
mount -t proc proc proc
mount --rbind /sys sys
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mkdir -p var/cache/ccache
mount --bind {cache} var/cache/ccache
echo {entered}
(echo 15 > /proc/self/autogroup) 2>/dev/null || true
exec chroot . /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  CCACHE_DIR=/var/cache/ccache CCACHE_BASEDIR={checkout} CCACHE_NOHASHDIR=1 /bin/bash -ec "cd {checkout} && ./tests/run.sh"
"""


def second_command():
    CACHE.mkdir(exist_ok=True)
    script = ENTER.format(root=ROOT, cache=CACHE, checkout=root_lab.CHECKOUT, entered=ENTERED)
    with LOG.open("w") as log:
        return subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/bash", "-ec", script],
                              stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False).returncode


def main():
    root_lab.need_nspawn()
    if os.environ.get("BREAKWATCH_COLD"):
        shutil.rmtree(CACHE, ignore_errors=True)
    root_lab.make_root(ROOT)
    root_lab.clone_into(ROOT)
    resolver = pathlib.Path("/etc/resolv.conf")
    (ROOT / "etc/resolv.conf").write_text(resolver.read_text() if resolver.exists() else "")
    begun = time.monotonic()
    code = second_command()
    said = LOG.read_text(errors="replace")
    print(f"{(time.monotonic() - begun) / 60:.1f} min; the whole log: {LOG}")
    print(said[said.rfind("tests passed") - 20 if "tests passed" in said else -4000:])
    if ENTERED not in said:
        skip(f"no namespaces of its own here: {said.strip()[-200:]}")
    assert code == 0 and re.search(r"100% tests passed, 0 tests failed out of \d+", said), f"exit code {code}"
    shutil.rmtree(ROOT)


if __name__ == "__main__":
    main()
