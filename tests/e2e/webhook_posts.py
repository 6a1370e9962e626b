"""Calls posted to the HTTPS webhook by a client of its own: who may, what is answered, and that what was answered with 200
is there again after SIGKILL."""
import base64
import gzip
import hashlib
import hmac
import http.client
import json
import os
import signal
import socket
import ssl
import time

from call_lab import Intake, Site, certificates, check, fail

SECRET = "0123456789abcdef0123"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def signed(body, at=None, secret=SECRET):
    at = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Breakwatch-Timestamp": at, "X-Breakwatch-Signature": "sha256=" + digest}


def stamp(at=None):
    at = time.time() if at is None else at
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + ".%03dZ" % (at % 1 * 1000)


def call(number, agent="1001"):
    return json.dumps({"v": 1, "id": f"c{number}", "type": "call_end", "agent": agent, "t": stamp(), "queue": "billing",
                       "talk_s": 60, "end": "caller"})


class Client:
    def __init__(self, port, certificate):
        self.context = ssl.create_default_context(cafile=certificate)
        self.port = port
        self.connect()

    def connect(self):
        self.connection = http.client.HTTPSConnection("localhost", self.port, context=self.context, timeout=15)

    def post(self, body, headers=None):
        body = body.encode() if isinstance(body, str) else body
        try:
            self.connection.request("POST", "/", body, signed(body) if headers is None else headers)
            response = self.connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.connect()
            return 0, str(error)


def site_of(port, crt, key, more=""):
    site = Site(f"  - {{name: hook, kind: webhook, listen: 127.0.0.1, port: {port}, certificate_file: {crt}, key_file: {key}, "
                f"secret_file: secret{more}}}\n")
    site.write("secret", SECRET + "\n")
    return site


def wait_up(intake):
    intake.wait_for(lambda: any(s["up"] for s in intake.of("feed") if s["feed"] == "calls:hook"), "the webhook is up")


def firehose(client):
    """Amazon Data Firehose's HTTP endpoint delivery: several records a request, its id given back."""
    data = lambda text: {"data": base64.b64encode(text.encode()).decode()}
    body = json.dumps({"requestId": "r-1", "timestamp": 1, "records": [data(call(50) + call(51)), data("no JSON")]})
    headers = {"X-Amz-Firehose-Request-Id": "r-1", "X-Amz-Firehose-Access-Key": SECRET, "Content-Type": "application/json"}
    status, text = client.post(body, headers)
    told = json.loads(text)
    check(status == 200 and told["requestId"] == "r-1" and abs(told["timestamp"] / 1000 - time.time()) < 60, f"{status} {text}")
    status, text = client.post(body, headers | {"X-Amz-Firehose-Access-Key": SECRET + "x"})
    check(status == 401 and json.loads(text)["errorMessage"], f"{status} {text}")
    packed = gzip.compress(json.dumps({"records": [data(call(52))]}).encode())
    check(client.post(packed, headers | {"Content-Encoding": "gzip"})[0] == 200, "a packed body")


def answers(folder, crt, key):
    port = free_port()
    site = site_of(port, crt, key)
    intake = Intake(site)
    wait_up(intake)
    client = Client(port, crt)
    body = "\n".join([call(1), '{"v":1,"id":"half', call(2), call(3, agent="nobody"), ""]).encode()
    headers = signed(body)
    status, text = client.post(body, headers)
    check((status, text) == (200, "taken 3, refused 1\n"), f"{status} {text}")
    check(client.post(body, headers)[0] == 409, "the same signature again")
    check(client.post(call(4), {})[0] == 401, "no signature")
    check(client.post(call(4), signed(call(4).encode(), secret="another secret of ours"))[0] == 401, "forged")
    check(client.post(call(4), signed(call(5).encode()))[0] == 401, "the signature of another body")
    for hours in (-1, 1):
        check(client.post(call(4), signed(call(4).encode(), at=time.time() + hours * 3600))[0] == 401, "a clock an hour off")
    check(client.post("+4930123456\n")[0] == 422, "nothing understood")
    check(client.post(b"x" * 10_000_000)[0] in (413, 0), "ten megabytes")
    client.connect()
    client.connection.request("GET", "/")
    check(client.connection.getresponse().status == 405, "GET")
    client.connect()
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.sendall(b"POST / HTTP/1.1\r\n\r\n")
        plain.settimeout(5)
        check(b"HTTP/1.1 200" not in plain.recv(100), "plain HTTP was answered")
    for number in range(10, 30):
        check(client.post(call(number))[0] == 200, "keep-alive")
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(crt)
    old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    try:
        with socket.create_connection(("localhost", port)) as raw, old.wrap_socket(raw, server_hostname="localhost"):
            fail("TLS 1.1 was taken")
    except (ssl.SSLError, OSError):
        pass
    firehose(client)
    client.connect()
    check(client.post(call(39))[0] == 200, "before the flood")
    # One that was there before, and one that comes while 400 sit idle, are served; then the 400 come again and again.
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(400)]
    intake.wait_for(lambda: any("more than 64 connections" in r["what"] for r in intake.of("refused")), "the cap on connections")
    check(client.post(call(40))[0] == 200, "a connection from before the idle ones")
    check(Client(port, crt).post(call(41))[0] == 200, "a connection beside 400 idle ones")
    for number in range(42, 48):
        silent += [socket.create_connection(("127.0.0.1", port)) for _ in range(60)]
        check(Client(port, crt).post(call(number))[0] == 200, "a connection while idle ones keep coming")
    for each in silent:
        each.close()
    intake.stop()
    got = sorted(c["id"] for c in intake.calls())
    check(got == sorted(["c1", "c2", "c50", "c51", "c52"] + [f"c{n}" for n in [*range(10, 30), *range(39, 48)]]), f"{got}")
    check("4930" not in json.dumps(intake.lines), "a customer's number was printed")
    print("answers: signed and fresh requests are taken, all others refused and told")


def durable(folder, crt, key):
    port = free_port()
    site = site_of(port, crt, key)
    intake = Intake(site)
    wait_up(intake)
    client = Client(port, crt)
    acknowledged = []
    for number in range(200):
        if number == 150:
            os.kill(intake.process.pid, signal.SIGKILL)
        if client.post(call(number))[0] == 200:
            acknowledged.append(f"c{number}")
    intake.process.wait()
    check(len(acknowledged) >= 150, f"{len(acknowledged)} acknowledged")
    again = Intake(site)
    again.wait_for(lambda: set(acknowledged) <= {c["id"] for c in again.calls()}, "every acknowledged call after SIGKILL")
    again.stop()
    check(len(again.calls()) == len(acknowledged), "as many calls as were acknowledged")
    sealed = (site.folder / "calls-hook.journal").read_bytes()
    check(b"s1001" not in sealed and b"c10" not in sealed, "the journal is not sealed")
    print(f"durable: all {len(acknowledged)} acknowledged calls are there after SIGKILL")


def replayed_over_a_restart(folder, crt, key):
    """The memory of signatures does not outlive the daemon; the ids of what is told do."""
    port = free_port()
    site = site_of(port, crt, key)
    pause = json.dumps({"v": 1, "type": "pause", "agent": "1001", "t": stamp(), "reason": "lunch"})
    body = (call(1) + "\n" + pause + "\n").encode()
    headers = signed(body)
    intake = Intake(site)
    wait_up(intake)
    client = Client(port, crt)
    check(client.post(body, headers)[0] == 200, "the first time")
    check(client.post(body, headers)[0] == 409, "again")
    intake.stop(signal.SIGKILL)
    again = Intake(site)
    wait_up(again)
    client.connect()
    check(client.post(body, headers)[0] == 200, "after the restart")
    again.stop()
    check(len(again.calls()) == 1 and len([c for c in again.of("call") if c["ended_at"]]) == 1, f"told twice: {again.of('call')}")
    check(len({(s["at"], s["kind"]) for s in again.of("agent-state")}) == 1, f"two pauses: {again.of('agent-state')}")
    print("replayed over a restart: one call and one pause all the same")


def other_formats(folder, crt, key):
    records = {
        "amazon-connect": {"AgentARN": "arn:aws:connect:x:1:instance/i/agent/1001", "EventType": "STATE_CHANGE", "EventTimestamp": stamp(),
                           "PreviousAgentSnapshot": {"Configuration": {"Username": "1001"}, "Contacts": [
                               {"ContactId": "k", "Channel": "VOICE", "State": "CONNECTED", "ConnectedToAgentTimestamp": stamp(time.time() - 60)}]},
                           "CurrentAgentSnapshot": {"Configuration": {"Username": "1001"}, "Contacts": []}},
        "genesys-cloud": {"detail-type": "v2.detail.events.conversation.k.user.end", "detail": {"eventBody": {
            "eventTime": int(time.time() * 1000), "conversationId": "k", "sessionId": "s", "userId": "1001", "mediaType": "VOICE",
            "ani": "tel:+4930123456", "disconnectType": "CLIENT", "interactingDurationMs": 60000}}},
    }
    for name, record in records.items():
        port = free_port()
        site = site_of(port, crt, key, f", format: {name}")
        intake = Intake(site)
        wait_up(intake)
        client = Client(port, crt)
        for indent in (None, 2):
            check(client.post(json.dumps(record, indent=indent))[0] == 200, name)
        intake.wait_for(lambda: len(intake.calls()) == 1, f"the call of {name}")
        intake.stop()
        check(intake.calls()[0]["agent"] == "s1001" and "4930" not in json.dumps(intake.lines), name)
    print("other formats: Amazon Connect and Genesys Cloud records are taken as bodies")


if __name__ == "__main__":
    home = Site("")
    made = certificates(home.folder)
    answers(home.folder, *made)
    durable(home.folder, *made)
    replayed_over_a_restart(home.folder, *made)
    other_formats(home.folder, *made)
