#!/usr/bin/env python3
"""The dependency rules of the house, checked on the #include lines of daemon/ and policy/.

  includes.py SOURCE_DIR

A header with integers of a fixed width includes <cstdint>. policy/ includes the standard library and itself; decode/ and flow/ are as pure; each outside library
is included by the folders listed here; folders of daemon/ know each other only along the arrows below.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])

# folder of daemon/ -> other folders it may include (policy/ is open to all of them)
ARROWS = {
    "base": set(),
    "decode": set(),
    "flow": {"decode"},
    "capture": {"decode", "flow"},
    "feeds": {"base", "net", "decode", "config"},
    "config": set(),
    "net": set(),
    "learn": {"flow", "capture"},
    "store": {"base"},
    "alerts": {"base", "net", "store", "config"},
    "report": {"store"},
    "cli": {"base", "report", "store", "config", "feeds", "learn", "alerts"},
    "app": {"base", "net", "decode", "flow", "capture", "feeds", "config", "learn", "store", "alerts"},
}
# outside header (prefix) -> folders that may include it
LIBRARIES = {
    r"pcap": {"capture"},
    r"libical/": {"feeds"},
    r"unicode/": {"feeds"},
    r"re2/": {"feeds"},
    r"sqlite3": {"store"},
    r"sodium": {"store"},
    r"yaml-cpp/": {"config"},
    r"openssl/": {"decode", "feeds", "net"},
    r"zlib": {"feeds"},
    r"spdlog/|fmt/": {"app"},
    r"CLI/": {"app", "cli"},
    r"systemd/": {"app"},
    r"cap-ng": {"app"},
    r"date/": {"feeds", "config"},
    r"boost/asio|boost/beast": {"base", "net", "feeds", "alerts", "app", "cli"},
    r"boost/json": {"feeds", "learn", "store", "alerts", "app", "cli"},
    r"boost/describe": {"store"},
    r"boost/lockfree": {"app"},
    r"prometheus/": {"app"},
}
POLICY_FORBIDDEN = re.compile(
    r"^(thread|mutex|atomic|fstream|iostream|filesystem|condition_variable|future|cstdio_|unistd\.h|fcntl\.h|sys/|arpa/|netinet/|time\.h|ctime)")
CLOCK = re.compile(r"(system_clock|steady_clock|high_resolution_clock)::now|\btime\(nullptr\)|\bgettimeofday\b|clock_gettime")
FIXED_WIDTH = re.compile(r"std::u?int(8|16|32|64)_t")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

problems = []


def folder_of(path):
    parts = path.relative_to(ROOT).parts
    return "policy" if parts[0] == "policy" else (parts[1] if len(parts) > 2 else "main")


def check(path):
    here = folder_of(path)
    # Newer standard libraries do not bring it along.
    if path.suffix == ".hpp" and FIXED_WIDTH.search(path.read_text(encoding="utf-8")) and "<cstdint>" not in path.read_text(encoding="utf-8"):
        problems.append(f"{path.relative_to(ROOT)}: has integers of a fixed width and not <cstdint>")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path.relative_to(ROOT)}:{number}"
        if here in ("policy", "decode", "flow") and CLOCK.search(line):
            problems.append(f"{where}: {here} asks what time it is")
        elif "system_clock::now" in line and path.name != "clock.hpp":
            problems.append(f"{where}: reads the clock; use wall_clock() of base/clock.hpp")
        if "asio::detached" in line or "asio/detached.hpp" in line:
            problems.append(f"{where}: a detached coroutine swallows its exceptions; use feeds/core/spawn.hpp")
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, header = match.group(1) == '"', match.group(2)
        if quoted:
            target = header.split("/")[0]
            if here == "policy" and target != "policy":
                problems.append(f"{where}: policy includes {header}")
            elif here in ARROWS and target not in ("policy", here) and target not in ARROWS[here]:
                problems.append(f"{where}: {here} includes {header}")
            continue
        if here == "policy" and ("/" in header or header.endswith(".h") or POLICY_FORBIDDEN.match(header)):
            problems.append(f"{where}: policy includes <{header}>")
        for prefix, allowed in LIBRARIES.items():
            if re.match(prefix, header) and here not in allowed:
                problems.append(f"{where}: <{header}> belongs to {', '.join(sorted(allowed))}")


for top in ("daemon", "policy"):
    for path in sorted((ROOT / top).rglob("*.[ch]pp")):
        check(path)
print("\n".join(problems) or "includes follow the rules")
sys.exit(1 if problems else 0)
