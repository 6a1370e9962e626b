#!/usr/bin/env python3
"""The receivers' configurations that are shipped are accepted by the receivers: rsyslog's by TCP, TLS and RELP, syslog-ng's by
TCP and TLS; and by rsyslog's each kind of event comes out with its fields. Where a module or a receiver is not installed, that
part says so."""
import json
import pathlib
import socket
import subprocess
import tempfile

import lab
import syslog_ng

SIEM = lab.SOURCE / "daemon/siem"
MODULES = pathlib.Path("/usr/lib/x86_64-linux-gnu/rsyslog")
NEEDS = {"breakwatch.conf": (), "breakwatch-tls.conf": ("lmnsd_ossl",), "breakwatch-relp.conf": ("imrelp",)}


def certificate(folder):
    """One that serves as everything: what is asked here is whether a configuration is understood."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=breakwatch.example.net", "-days", "2",
                    "-keyout", folder / "server.key", "-out", folder / "server.pem"], check=True, capture_output=True)
    (folder / "ca.pem").write_bytes((folder / "server.pem").read_bytes())


def moved(text, folder, port):
    return text.replace("/etc/rsyslog.d/breakwatch", str(folder)).replace("/etc/syslog-ng/breakwatch", str(folder)).replace(
        "/var/log/breakwatch.jsonl", str(folder / "breakwatch.jsonl")).replace("port(601)", f"port({port})")


def rsyslog(folder):
    base = (SIEM / "rsyslog/breakwatch.conf").read_text()
    for name, modules in NEEDS.items():
        missing = [module for module in modules if not (MODULES / f"{module}.so").exists()]
        if missing:
            print(f"rsyslog: {name} not tried: {missing} not installed")
            continue
        text = base if name == "breakwatch.conf" else base + (SIEM / "rsyslog" / name).read_text()
        config = folder / name
        config.write_text(f'global(workDirectory="{folder}")\n' + moved(text, folder, 601))
        checked = subprocess.run(["rsyslogd", "-N1", "-f", config], capture_output=True, text=True)
        assert checked.returncode == 0 and "error" not in checked.stderr.lower(), f"{name}: {checked.stderr}"
        print(f"rsyslog: {name} accepted")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def rsyslog_understands(folder):
    port = free_port()
    text = moved((SIEM / "rsyslog/breakwatch.conf").read_text(), folder, 601).replace('port="601"', f'port="{port}" address="127.0.0.1"')
    (folder / "taken.conf").write_text(f'global(workDirectory="{folder}")\n{text}')
    tool = lab.BUILD / "breakwatch"
    events = json.loads(lab.run(tool, "events", "--json"))
    examples = {field["name"]: field["example"] for field in events["fields"]}
    daemon = subprocess.Popen(["rsyslogd", "-n", "-iNONE", "-f", folder / "taken.conf"])
    try:
        def connected():
            try:
                return socket.create_connection(("127.0.0.1", port))
            except OSError:
                return None
        with lab.wait_for("rsyslogd listens", connected, 20) as stream:
            for line in lab.run(tool, "emit-samples").splitlines():
                stream.sendall(f"{len(line.encode())} {line}".encode())

        def taken():
            output = folder / "breakwatch.jsonl"
            lines = output.read_text().split("\n")[:-1] if output.exists() else []
            return lines if len(lines) == len(events["events"]) else None
        for event, line in zip(events["events"], lab.wait_for("every event", taken, 20)):
            told = {name: examples[name] for name in event["always"] + event["sometimes"]}
            told |= {"seq": "0", "prev": "0", "epoch": examples["epoch"], "code": event["code"], "schema": events["schema"], "sample": "1"}
            entry = json.loads(line)
            assert entry["rfc5424-sd"]["breakwatch@32473"] == told, (entry, told)
            assert entry["msgid"] in event["msgid"].split(", ") and event["title"] in entry["text"], entry
    finally:
        daemon.terminate()
        daemon.wait(10)
    print(f"rsyslog: {len(events['events'])} kinds of events understood")


def syslog_ng_accepts(folder):
    root = syslog_ng.find()
    if root is None:
        print("syslog-ng: not tried: not installed, and its package cannot be had")
        return
    text = "@version: 3.38\n" + "".join((SIEM / "syslog-ng" / name).read_text() for name in ("breakwatch.conf", "breakwatch-tls.conf"))
    syslog_ng.command_of(root, folder, moved(text, folder, 5601))
    print("syslog-ng: breakwatch.conf and breakwatch-tls.conf accepted")


if __name__ == "__main__":
    lab.need("rsyslogd", "openssl")
    with tempfile.TemporaryDirectory() as name:
        certificate(pathlib.Path(name))
        rsyslog(pathlib.Path(name))
        rsyslog_understands(pathlib.Path(name))
        syslog_ng_accepts(pathlib.Path(name))
    print("passed")
