#!/usr/bin/env python3
"""The alert rules for Prometheus are well formed, speak when they should, and are quiet about a daemon that is well
(prometheus/breakwatch.test.yaml)."""
import lab
import promtool_lab

RULES = lab.SOURCE / "daemon/siem/prometheus/breakwatch.rules.yaml"
CASES = lab.SOURCE / "tests/e2e/prometheus/breakwatch.test.yaml"

if __name__ == "__main__":
    promtool = promtool_lab.find()
    if promtool is None:
        lab.skip("promtool is not installed and its package cannot be had")
    promtool_lab.check(promtool, "check", "rules", RULES)
    promtool_lab.check(promtool, "test", "rules", CASES)
    untried = {line.split("alert:")[1].strip() for line in RULES.read_text().splitlines() if "alert:" in line}
    untried -= {line.split("alertname:")[1].strip() for line in CASES.read_text().splitlines() if "alertname:" in line}
    assert not untried, f"rules that no case tries: {untried}"
    print("passed")
