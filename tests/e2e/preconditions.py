#!/usr/bin/env python3
"""Law 7: without purpose, responsible person, rules reference, notice date or retention `run` refuses to start with exit code
4, and says which is missing and why. Needs no privilege: it is refused before anything is opened."""
import os
import pathlib
import re
import subprocess
import tempfile

import lab

EXIT_PRECONDITION = 4
WHY = {
    "text": "people may be watched for a stated purpose only",
    "responsible": "name the person answerable for the monitoring",
    "rules_reference": "say where the internal rules stand",
    "notice_date": "staff must have been told, and when",
    "retention": "say how long incidents are kept",
}


def run_with(folder, config, command="run"):
    (folder / "breakwatch.yaml").write_text(config)
    return subprocess.run([lab.BUILD / "breakwatchd", command, "--config", folder / "breakwatch.yaml"],
                          capture_output=True, text=True, timeout=60)


def told_to_journal(folder, config):
    """Below systemd every line begins with its priority (sd-daemon(3)), and the last says the first reason again."""
    (folder / "breakwatch.yaml").write_text(config)
    done = subprocess.run([lab.BUILD / "breakwatchd", "run", "--config", folder / "breakwatch.yaml"], capture_output=True, text=True,
                          timeout=60, env=dict(os.environ, JOURNAL_STREAM="8:1"))
    lines = done.stderr.splitlines()
    assert lines and all(line.startswith("<3>") for line in lines[:-1]), lines
    assert lines[-1].startswith('<2>NOT_STARTED what="') and "purpose.text: is not stated" in lines[-1], lines


def without(config, key):
    changed, count = re.subn(rf"(?m)^  {key}: .*\n", "", config, count=1)
    assert count == 1, f"the case has no purpose.{key}"
    return changed


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file in ("roster.csv", "enrolment.csv", "calls.ndjson", "measured.yaml"):
            (folder / file).write_bytes((lab.CASE / file).read_bytes())
        config = (lab.CASE / "breakwatch.yaml").read_text() + f"state_directory: {folder}/state\n"
        for key, why in WHY.items():
            result = run_with(folder, without(config, key))
            assert result.returncode == EXIT_PRECONDITION, f"{key}: exit code {result.returncode}: {result.stderr}"
            assert f"purpose.{key}: is not stated; {why}" in result.stderr, f"{key}: {result.stderr}"
            others = [k for k in WHY if k != key and f"purpose.{k}:" in result.stderr]
            assert not others, f"{key} is missing, {others} are told: {result.stderr}"
            checked = run_with(folder, without(config, key), "check")
            assert checked.returncode == EXIT_PRECONDITION, f"check, {key}: exit code {checked.returncode}"

        nothing = config[config.index("site:"):]
        result = run_with(folder, nothing)
        assert result.returncode == EXIT_PRECONDITION
        missing = [k for k in WHY if f"purpose.{k}: is not stated" not in result.stderr]
        assert not missing, f"not told: {missing}: {result.stderr}"
        assert not (folder / "state").exists(), "a refused start left a state directory"
        assert run_with(folder, config, "check").returncode == 0
        told_to_journal(folder, nothing)
        # All at once: what stopped the start, and what would stop the next one.
        (folder / "roster.csv").write_text("agent_id,start\n")
        both = run_with(folder, without(config, "responsible"))
        assert "purpose.responsible: is not stated" in both.stderr and "roster.csv:1" in both.stderr, both.stderr
        print(result.stderr)


if __name__ == "__main__":
    main()
