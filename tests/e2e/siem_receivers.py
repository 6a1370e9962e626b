#!/usr/bin/env python3
"""The receivers' configurations that are shipped are accepted by the receivers: rsyslog's by TCP, TLS and RELP, syslog-ng's by
TCP and TLS. Where a module or a receiver is not installed, that part says so."""
import pathlib
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
        syslog_ng_accepts(pathlib.Path(name))
    print("passed")
