"""A service that is asked over HTTPS for calls: pages, tokens, a place that outlives SIGKILL, and every way a server can be no
server. And a telephone system that sends records over TCP."""
import http.server
import json
import signal
import socket
import ssl
import threading
import time
import urllib.parse

from call_lab import Intake, Site, certificates, check

MAPPING = """record: json
records: /calls
fields: {id: /id, agent: /agent, ended_at: /end, talk: /talk}
events: [{says: contact, when: [{field: /talk, above: 0}]}]
poll: {path: /calls, query: {since: "{since}", c: "{cursor}"}, next: cursor, next_at: /next, overlap: 5s, first: 1h}
"""
LINES = """record: pattern
patterns: ['(?P<end>\\S+) (?P<agent>\\d+) (?P<talk>\\d+) \\d+']
fields: {agent: agent, ended_at: end, talk: talk}
events: [{says: contact, when: [{field: talk, above: 0}]}]
"""


def stamp(at=None):
    at = time.time() if at is None else at
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at)) + ".%03dZ" % (at % 1 * 1000)


def call(number, talk=60):
    return {"id": f"c{number}", "agent": "1001", "end": stamp(), "talk": talk, "phone": "+815550199"}


class Service:
    """What it answers is `answer(handler)`; everything asked is in `asked`."""

    def __init__(self, certificate, key):
        service = self
        self.asked, self.calls, self.tokens = [], [], 0
        self.answer = service.pages

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                service.asked.append((time.monotonic(), self.path, dict(self.headers)))
                service.answer(self)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                check(body == "grant_type=client_credentials&scope=read%20calls", body)
                check(self.headers["Authorization"] == "Basic Y2xpZW50OnMzY3JldA==", "basic credentials")
                service.tokens += 1
                reply(self, {"access_token": f"t{service.tokens}", "expires_in": 3600})

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.handle_error = lambda *_: None
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def pages(self, handler):
        """Two calls a page, of those that ended in the window."""
        query = urllib.parse.parse_qs(urllib.parse.urlparse(handler.path).query)
        found = [each for each in self.calls if each["end"] >= query["since"][0][:19]]
        at = int(query.get("c", ["0"])[0])
        reply(handler, {"calls": found[at:at + 2], "next": str(at + 2) if at + 2 < len(found) else None})


def reply(handler, value, status=200, headers=()):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    handler.send_response(status)
    for name, text in headers:
        handler.send_header(name, text)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def site_of(port, ca, more="authorization: bearer, secret_file: secret", host="localhost"):
    site = Site(f"  - {{name: cloud, kind: https-poll, format: mapped, mapping: mapping.yaml, url: 'https://{host}:{port}', ca_file: {ca}, "
                f"interval: 1s, {more}}}\n")
    site.write("secret", "s3cret\n")
    site.write("mapping.yaml", MAPPING)
    return site


def told(intake, up):
    return [s for s in intake.of("feed") if s["feed"] == "calls:cloud" and s["up"] == up]


def pages_and_restart(ca, key):
    service = Service(ca, key)
    service.calls = [call(n) for n in range(5)] + [call(99, talk=0)]
    site = site_of(service.port, ca)
    intake = Intake(site)
    intake.wait_for(lambda: len(intake.calls()) == 5, "five calls on three pages")
    check(service.asked[0][2]["Authorization"] == "Bearer s3cret", "the token")
    for _ in range(2):
        before = len(service.asked)
        intake.wait_for(lambda: len(service.asked) >= before + 2, "more looks")
    check(len(intake.of("call")) == 5, "overlapping windows told a call twice")
    intake.stop(signal.SIGKILL)
    service.calls = [call(7)]  # the service forgets; what was read before is in the journal
    again = Intake(site)
    again.wait_for(lambda: {c["id"] for c in again.calls()} == {f"c{n}" for n in [0, 1, 2, 3, 4, 7]}, "all of them after SIGKILL")
    again.stop()
    check("5550199" not in json.dumps(again.lines + intake.lines), "a customer's number was printed")
    kept = (site.folder / "calls-cloud.place").read_text() + repr((site.folder / "calls-cloud.journal").read_bytes())
    check("1001" not in kept, "staff can be read on disk")
    print("pages: all of them, once, and again after SIGKILL")


def tokens(ca, key):
    service = Service(ca, key)
    service.calls = [call(1)]
    taken_back = []

    def answer(handler):
        token = handler.headers["Authorization"]
        if token == "Bearer t1" and len(service.asked) > 2:
            taken_back.append(token)
            return reply(handler, {}, 401)
        service.pages(handler)

    service.answer = answer
    site = site_of(service.port, ca, f"authorization: oauth2, user: client, secret_file: secret, scope: read calls, token_url: 'https://localhost:{service.port}/token'")
    intake = Intake(site)
    intake.wait_for(lambda: intake.calls() and service.tokens == 2 and len(service.asked) > 4, "a second token")
    intake.stop()
    check(len(taken_back) == 1 and not told(intake, False), "a token that is taken back is fetched anew, once, unsaid")
    print("oauth2: a token for many looks, a new one when it is taken back")


def no_servers(ca, key, other_ca, other_key):
    """Each says why, and the next good answer is taken."""
    def slow(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        time.sleep(15)

    def half(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b'{"calls"')
        handler.close_connection = True

    def loop(handler):
        reply(handler, {"calls": [], "next": "same"})

    ways = {
        "answers with status 500": lambda h: reply(h, {}, 500),
        "half an answer": half,
        "larger than is taken": lambda h: reply(h, b"x" * 5_000_000),
        "lead in a circle": loop,
        "no answer within": slow,
        "answers with status 302": lambda h: reply(h, {}, 302, [("Location", "https://localhost:1/")]),
    }
    for why, answer in ways.items():
        service = Service(ca, key)
        service.calls = [call(1)]
        service.answer = answer
        intake = Intake(site_of(service.port, ca))
        intake.wait_for(lambda: any(why in s["what"] for s in told(intake, False)), why)
        service.answer = service.pages
        intake.wait_for(lambda: len(intake.calls()) == 1 and told(intake, True), f"up again after: {why}")
        intake.stop()
    service = Service(other_ca, other_key)
    intake = Intake(site_of(service.port, ca))
    intake.wait_for(lambda: any("TLS: " in s["what"] for s in told(intake, False)), "another's certificate")
    check(not service.asked, "something was asked under another's certificate")
    intake.stop()
    print(f"no servers: {len(ways) + 1} ways to be none, each told and outlived")


def too_many(ca, key):
    service = Service(ca, key)
    service.answer = lambda handler: reply(handler, {}, 429, [("Retry-After", "4")])
    intake = Intake(site_of(service.port, ca))
    intake.wait_for(lambda: len(service.asked) >= 2, "asked again")
    intake.stop()
    check(service.asked[1][0] - service.asked[0][0] >= 3.9, "Retry-After was not kept")
    print("429: asked again when the service says")


def tcp_listener():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    site = Site(f"  - {{name: pbx, kind: tcp-listener, listen: 127.0.0.1, port: {port}, peers: [127.0.0.1], format: mapped, mapping: lines.yaml}}\n")
    site.write("lines.yaml", LINES)
    intake = Intake(site)
    intake.wait_for(lambda: any(s["up"] for s in intake.of("feed")), "it listens")
    flood = socket.create_connection(("127.0.0.1", port))
    stop = threading.Event()

    def pour():
        flood.setblocking(False)
        while not stop.is_set():
            try:
                flood.send(b"y" * 65_536)
            except OSError:
                time.sleep(0.001)

    threading.Thread(target=pour, daemon=True).start()
    with socket.create_connection(("127.0.0.1", port)) as good:
        good.sendall(f"{stamp()} 1001 60 5550199\r\n{stamp()} 1002 0 5550199\r\n".encode())
        begun = time.monotonic()
        intake.wait_for(lambda: len(intake.calls()) == 1, "a call beside a flood")
        check(time.monotonic() - begun < 5, "the flood held up another peer")
    stop.set()
    flood.close()
    held = [socket.create_connection(("127.0.0.1", port)) for _ in range(6)]
    intake.wait_for(lambda: any("more than 4 connections" in r["what"] for r in intake.of("refused")), "the share of a peer")
    with socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)) as stranger:
        stranger.settimeout(5)
        try:
            check(stranger.recv(1) == b"", "a stranger was listened to")
        except ConnectionError:
            pass
    for each in held:
        each.close()
    intake.stop()
    check(len(intake.calls()) == 1 and "5550199" not in json.dumps(intake.lines), f"{intake.calls()}")
    check(any("not among `peers`" in r["what"] for r in intake.of("refused")), "a stranger is told of")
    print("tcp-listener: a call beside a flood, shares, and peers alone")


if __name__ == "__main__":
    home = Site("")
    made = certificates(home.folder)
    others = certificates(home.folder, "other")
    pages_and_restart(*made)
    tokens(*made)
    no_servers(*made, *others)
    too_many(*made)
    tcp_listener()
