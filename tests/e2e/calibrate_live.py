#!/usr/bin/env python3
"""`breakwatch calibrate record --device`, live: a lab session with posts is played at its own pace over a mirror port while the
marks come by standard input at the labels' times, as a volunteer's would a little after. The recording has as many posts as the one made
from the capture and its label file, and the same features of them; a mark at no post's time is told. That the device is watched stands in
the audit trail first. What may not be watched, or cannot be, is refused with one message."""
import json
import subprocess
import time

import lab
from lab import BUILD, CASE, SOURCE, Lab, run, wait_for

SESSION = SOURCE / "../shared/lab/dev/d14-x-libcurl.pcap"
LABELS = SESSION.with_name(SESSION.stem + ".labels.jsonl")
PLATFORM = "x"
LATE = 0.05       # of the volunteer, in seconds; the tool itself may look a quarter of a second later
HOLD = 12         # the tool watches on for what follows the last request


def posts_of(labels):
    return [line for line in labels if line["is_post"]]


def first_packet(capture):
    data = capture.open("rb").read(32)
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    seconds, fraction = (int.from_bytes(data[at:at + 4], "little" if order == "<" else "big") for at in (24, 28))
    return seconds + fraction / (1e9 if b"\x4d\x3c" in data[:4] or b"\x3c\x4d" in data[:4] else 1e6)


def enrol(here, mac):
    (here.work / "enrolment.csv").write_text((CASE / "enrolment.csv").read_text() + f"2001,{mac},,,2026-01-01,2026-01-01,\n")


def command(here, mac, *more, platform=PLATFORM):
    return ["ip", "netns", "exec", here.tap, str(BUILD / "breakwatch"), "calibrate", "record", "--config", str(here.work / "breakwatch.yaml"),
            "--device", mac, "--platform", platform, "--label", "text_post", "-o", str(here.work / "live.jsonl"), *more]


def refused(here, words, code, mac, *more, **platform):
    result = subprocess.run(command(here, mac, *more, **platform), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    assert result.returncode == code, f"{words}: exit code {result.returncode}: {result.stderr}"
    told = [line for line in result.stderr.splitlines() if words in line]
    assert len(told) == 1, f"'{words}' is not told once: {result.stderr}"
    assert not (here.work / "live.jsonl").exists(), f"{words}: a recording was left"


def samples(path):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return lines[0], lines[1:]


def received(here):
    """Packets that came to the mirror port; nothing but the replay sends there."""
    told = run("ip", "-n", here.tap, "-s", "-j", "link", "show", "mirror0")
    return json.loads(told)[0]["stats64"]["rx"]["packets"]


def play_and_mark(here, mac, labels):
    """The live recording's report. The first mark is wrong and taken back; one more at the end is answered by nothing."""
    tool = subprocess.Popen(command(here, mac), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(here.work / "tool.log", "w"), text=True)
    here.processes.append(tool)
    wait_for("it says that it watches", lambda: "watching" in here.log("tool"), 30)
    tool.stdin.write("\nu\nnonsense\n")
    tool.stdin.flush()
    before = received(here)
    player = here.play(SESSION)
    wait_for("the first packet is on the mirror", lambda: received(here) > before, 30, every=0.01)
    shift = time.time() - first_packet(SESSION)
    for post in posts_of(labels):
        time.sleep(max(0, post["t_publish"] + LATE + shift - time.time()))
        tool.stdin.write("\n")
        tool.stdin.flush()
    assert player.wait(timeout=120) == 0, "tcpreplay: " + here.log("tcpreplay")
    time.sleep(6)
    tool.stdin.write("\n")
    out, _ = tool.communicate(timeout=HOLD + 60)
    print(here.log("tool") + out)
    assert tool.returncode == 0, f"exit code {tool.returncode}"
    return out


def body(here: Lab):
    here.apart = None  # no daemon
    here.namespaces()
    here.write_case(0, [("siem", "udp")])
    labels = [json.loads(line) for line in LABELS.read_text().splitlines()]
    posts = posts_of(labels)
    mac = posts[0]["client_mac"]
    assert {post["client_mac"] for post in posts} == {mac} and len(posts) >= 5

    refused(here, "is no device of anybody who is enrolled now", 3, mac)
    enrol(here, mac)
    refused(here, "no such interface", 1, mac, "-i", "nowhere0")
    refused(here, "cannot be recorded in the audit trail", 1, mac)
    here.start_daemon()
    refused(here, "nothing was seen of", 3, mac, "--seconds", "1")
    refused(here, "expected a platform of the table", 2, mac, platform="myspace")
    as_user = ["setpriv", "--reuid=65534", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all"]
    readable = subprocess.run(as_user + ["test", "-x", BUILD / "breakwatch"], capture_output=True).returncode == 0
    if readable:
        call = command(here, mac)
        result = subprocess.run(call[:4] + as_user + call[4:], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        assert result.returncode == 1 and "no permission to capture" in result.stderr, (result.returncode, result.stderr)
    else:
        print("not tried without permission: the build is not readable by others")

    before = run(BUILD / "breakwatch", "audit", "--state", here.work / "state").count("device-watched")
    out = play_and_mark(here, mac, labels)
    trail = run(BUILD / "breakwatch", "audit", "--state", here.work / "state")
    assert trail.count("device-watched") == before + 1 and f"calibration of {PLATFORM}, text_post" in trail and mac not in trail, trail
    told = here.log("tool")
    assert "mark 1 is taken back" in told and "not understood" in told, told
    from_file = here.work / "file.jsonl"
    run(BUILD / "breakwatch", "calibrate", "record", "--platform", PLATFORM, "-o", from_file, SESSION)
    head, live = samples(here.work / "live.jsonl")
    _, of_file = samples(from_file)
    count = sum(sample["post"] for sample in of_file)
    assert head["label"] == "text_post" and head["platform"] == PLATFORM
    assert sum(sample["post"] for sample in live) == count, f"{count} posts in the file's recording: {out}"
    assert f"{len(posts) + 1 - count} of {len(posts) + 1} marks" in out, out
    # The same requests: their sizes are the same, whatever the replay does to the times.
    bytes_at = head["features"].index("request_bytes")
    sizes = [[sample["values"][bytes_at] for sample in some if sample["post"]] for some in (live, of_file)]
    assert sizes[0] == sizes[1], f"other requests were taken for posts: {sizes}"
    assert mac not in (here.work / "live.jsonl").read_text()
    assert (here.work / "live.jsonl").stat().st_mode & 0o777 == 0o600
    print(f"{count} posts live and from the file, {len(live)} and {len(of_file)} requests")


if __name__ == "__main__":
    if not SESSION.exists():
        lab.skip("no labelled captures beside the project (../shared/lab)")
    lab.need("ip", "tcpreplay", "sysctl", "setpriv")
    lab.test(body)
