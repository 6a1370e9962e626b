#!/usr/bin/env python3
"""A receiver of lines, as many SIEMs' TCP inputs are, gets each message as a line of its own with `framing: lf`."""
import json
import time

import lab
from lab import Lab, wait_for

RECEIVER = """
import socketserver, sys
class Lines(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            sys.stdout.buffer.write(line)
            sys.stdout.flush()
socketserver.ThreadingTCPServer(("127.0.0.1", 5514), Lines).serve_forever()
"""


def body(here: Lab):
    here.namespaces()
    here.write_case(time.time() - lab.CAPTURE_START, [("text", "tcp"), ("json", "tcp")])
    config = (here.work / "breakwatch.yaml").read_text().replace("    hostname: ", "    framing: lf\n    hostname: ")
    config = config.replace("name: json\n", "name: json\n    format: json\n")
    (here.work / "breakwatch.yaml").write_text(config)
    here.start("receiver", "python3", "-c", RECEIVER, namespace=here.tap)
    here.start_daemon()

    def lines(sink):
        return [line for line in here.log("receiver").split("\n")[:-1] if f" bw-{sink} " in line]
    for sink in ("text", "json"):
        wait_for(f"a start and a heartbeat by {sink}",
                 lambda: all(any(code in line for line in lines(sink)) for code in ("BW-9002", "BW-9001")), 30)
    for line in here.log("receiver").split("\n")[:-1]:
        assert line.startswith("<13") and line[4:].startswith(">1 2"), f"not one whole message on its line: {line}"
    assert {json.loads(line[line.index("{"):])["code"] for line in lines("json")} >= {"BW-9002", "BW-9001"}
    print(lines("text")[0])


if __name__ == "__main__":
    lab.need("ip", "sysctl")
    lab.test(body)
