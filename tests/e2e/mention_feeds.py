#!/usr/bin/env python3
"""Mentions as they come in: a table that is written anew beside others' posts, and posts to the HTTPS webhook, signed; what
is said in a record is printed nowhere."""
import gzip
import json
import pathlib
import tempfile

from call_lab import Intake, Site, certificates, check
from webhook_posts import SECRET, Client, free_port, signed

TEXT = "what a customer wrote"
HEADING = "Network,Published,Post ID,Relevant,Author,Text\n"


def row(number, network="Twitter", relevant="yes"):
    return f'{network},2026-11-24 19:00:00,p{number},{relevant},somebody,"{TEXT},\n""again"""\n'


def posted(number, **more):
    return {"platform": "instagram", "at": "2026-11-24T10:00:00Z", "reference": f"w{number}", "text": TEXT, "author": "somebody"} | more


def site_of(folder, port, crt, key):
    posts = folder / "posts.csv"
    site = Site(f"""  []
site: {{time_zone: Asia/Tokyo}}
mentions:
  - name: listening
    path: {posts}
    fields: {{platform: Network, at: Published, reference: Post ID, about_us: Relevant}}
    platforms: {{twitter: x}}
  - {{name: desk, kind: webhook, listen: 127.0.0.1, port: {port}, certificate_file: {crt}, key_file: {key}, secret_file: secret, within: 5min}}
""")
    site.write("secret", SECRET + "\n")
    return site, posts


def references(intake, source):
    return [m["reference"] for m in intake.of("mention") if m["source"] == source]


def of_a_file(intake, posts):
    with posts.open("a") as file:
        file.write(row(1) + row(2, relevant="no") + row(3, network="myspace") + row(4))
    intake.wait_for(lambda: references(intake, "listening") == ["p1", "p4"], "the rows about us")
    first = intake.of("mention")[0]
    check(first == {"type": "mention", "platform": "x", "at": "2026-11-24T10:00:00.000Z", "within_s": 60, "reference": "p1",
                    "contact": "", "source": "listening"} or first["at"].startswith("2026-11-24T10:00:00"), f"{first}")
    posts.rename(posts.with_suffix(".old"))
    posts.write_text(HEADING + row(5))
    intake.wait_for(lambda: references(intake, "listening") == ["p1", "p4", "p5"], "a row of the next file")
    refused = intake.of("refused")
    check(len(refused) == 1 and refused[0]["where"].endswith("posts.csv:6") and "myspace" not in refused[0]["what"], f"{refused}")


def of_the_webhook(intake, port, crt):
    client = Client(port, crt)
    body = json.dumps(posted(1, contact="7f1c", within="30"))
    headers = signed(body.encode())
    check(client.post(body, headers) == (200, "taken 1, refused 0\n"), "one mention")
    check(client.post(body, headers)[0] == 409, "the same signature again")
    check(client.post(body, {})[0] == 401, "no signature")
    check(client.post(json.dumps(posted(2)), signed(body.encode()))[0] == 401, "the signature of another body")
    check(client.post(json.dumps([posted(3), posted(4, at="soon"), posted(5, about_us=False)])) == (200, "taken 2, refused 1\n"), "a list")
    status, text = client.post(json.dumps(posted(6, platform="myspace")))
    check(status == 422 and "platform: none that is known" in text and "myspace" not in text, f"{status} {text}")
    packed = gzip.compress((json.dumps(posted(7)) + "\n" + json.dumps(posted(8))).encode())
    check(client.post(packed, signed(packed) | {"Content-Encoding": "gzip"}) == (200, "taken 2, refused 0\n"), "a packed body")
    intake.wait_for(lambda: references(intake, "desk") == ["w1", "w3", "w7", "w8"], "what was posted")
    got = {m["reference"]: m for m in intake.of("mention")}
    check(got["w1"]["contact"] == "7f1c" and got["w1"]["within_s"] == 30 and got["w3"]["within_s"] == 300, f"{got}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        crt, key = certificates(folder)
        port = free_port()
        site, posts = site_of(folder, port, crt, key)
        posts.write_text(HEADING)
        intake = Intake(site)
        intake.wait_for(lambda: {s["feed"] for s in intake.of("feed") if s["up"]} >= {"mentions:listening", "mentions:desk"}, "both feeds up")
        of_a_file(intake, posts)
        of_the_webhook(intake, port, crt)
        intake.stop()
        counts = {s["feed"]: (s["taken"], s["refused"]) for s in intake.of("status") if s["feed"].startswith("mentions:")}
        check(counts["mentions:listening"] == (4, 1) and counts["mentions:desk"][0] == 5, f"{counts}")
        said = json.dumps(intake.lines)
        check(TEXT not in said and "somebody" not in said, "what was said, or who said it, was printed")
    print("mentions: of a file and of the webhook, the few facts and nothing else")
