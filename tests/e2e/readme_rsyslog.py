#!/usr/bin/env python3
"""README's rsyslog recipe, as it is printed there but for its port and file: rsyslogd accepts it, and what the daemon says
arrives with its fields, its time and its text."""
import json
import re
import subprocess
import time

import lab
import root_lab
from lab import Lab, wait_for


def body(here: Lab):
    recipe = root_lab.readme_block('module(load="imtcp")')
    output = here.work / "siem.jsonl"
    recipe, ports = re.subn(r'port="601"', 'port="5514" address="127.0.0.1"', recipe)
    recipe, files = re.subn(r'file="/var/log/breakwatch.jsonl"', f'file="{output}"', recipe)
    assert (ports, files) == (1, 1), f"the recipe has another port or file:\n{recipe}"
    config = here.work / "rsyslog.conf"
    config.write_text(f'global(workDirectory="{here.work}")\n' + recipe)
    checked = subprocess.run(["rsyslogd", "-N1", "-f", config], capture_output=True, text=True)
    assert checked.returncode == 0 and "error" not in checked.stderr, checked.stderr

    here.namespaces()
    here.start("rsyslogd", "rsyslogd", "-n", "-iNONE", "-f", config, namespace=here.tap)
    wait_for("rsyslogd listens", lambda: "5514" in lab.run("ip", "netns", "exec", here.tap, "ss", "-ltn"), 20)
    here.write_case(time.time() - lab.CAPTURE_START, [("siem", "tcp")])
    here.start_daemon()

    def entries():
        lines = output.read_text().split("\n")[:-1] if output.exists() else []
        return [e for e in map(json.loads, lines) if here.fields(e).get("code") == "BW-9002"]
    started = wait_for("the recipe's file has the start", entries, 30)[0]
    assert "breakwatchd: started, version " in started["text"], started
    assert started["host"] == "bw-siem" and started["msgid"] == "LIFECYCLE", started
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)", started["time"]), started["time"]
    assert here.fields(started)["seq"] == "1", started
    print(started["text"])


if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "ss", "sysctl")
    lab.test(body)
