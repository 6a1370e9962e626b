#!/usr/bin/env python3
"""Starting where there is nothing to capture: no such interface, an interface that is down, no permission, a bad filter. Each
ends with exit code 5 and says what to do, and leaves no state behind."""
import subprocess

import lab
from lab import Lab

EXIT_CAPTURE = 5


def run_once(here, *prefix, daemon=lab.BUILD / "breakwatchd"):
    command = ["ip", "netns", "exec", here.tap, *prefix, daemon, "run", "--config", here.work / "breakwatch.yaml",
               "--user", "no-such-user"]
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60)
    return result.returncode, result.stderr


def expect(result, words):
    code, said = result
    assert code == EXIT_CAPTURE, f"exit code {code}: {said}"
    assert words in said, f"expected '{words}' in: {said}"
    print(said.strip().splitlines()[-1])


def body(here: Lab):
    here.namespaces()
    here.write_case(0, [("siem", "udp")], interface="mirror9")
    expect(run_once(here), "capture mirror9: no such interface")

    here.write_case(0, [("siem", "udp")])
    copy = here.work / "breakwatchd"
    copy.write_bytes((lab.BUILD / "breakwatchd").read_bytes())
    copy.chmod(0o755)
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    expect(run_once(here, *nobody, daemon=copy), "capture mirror0: no permission to capture")

    config = here.work / "breakwatch.yaml"
    good = config.read_text()
    config.write_text(good.replace("  interface: mirror0", "  interface: mirror0\n  filter: tcp prot 443"))
    expect(run_once(here), 'capture.filter: "tcp prot 443"')

    config.write_text(good)
    lab.run("ip", "-n", here.tap, "link", "set", "mirror0", "down")
    expect(run_once(here), "capture mirror0: the interface is down")
    assert not (here.work / "state").exists(), "a daemon that did not start left a state directory"


if __name__ == "__main__":
    lab.need("ip", "setpriv", "sysctl")
    lab.test(body)
