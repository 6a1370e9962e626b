#!/usr/bin/env python3
"""Calls that sockets, files and the database are worked with by fail one after the other, at any moment, while phones post and calls
are told (survives_faults.py N: so many): the daemon goes on, and its incidents equal the replay's to the byte."""
import collections
import random
import time

import busy_lab
import lab
from faults_lab import KINDS, Faults
from lab import Lab

# Nobody connects out but the SIEM's sink, which does so after its connection broke: first that.
AFTER_A_BROKEN_CONNECTION = ("connect", "socket", "get_option", "control")
MUST = {"accept", "receive", "send", "connect", "socket", "bind", "listen", "epoll_add", "epoll_wait", "db_write", "db_lock"}


def one(faults, chance, kind, patience):
    """Whether the failure came."""
    error = chance.choice(KINDS[kind])
    before = faults.failed(kind)
    connects = kind in AFTER_A_BROKEN_CONNECTION
    faults.arm(kind, error, skip=0 if connects else chance.randrange(3))
    if connects:
        faults.arm("send", "EPIPE", times=4)
    end = time.monotonic() + (10 if connects else patience)
    while time.monotonic() < end and faults.failed(kind) == before:
        time.sleep(0.02)
    faults.disarm(kind)
    return faults.failed(kind) > before


def body(here: Lab):
    wanted = busy_lab.amount(20)
    faults = Faults(here.work)
    for kind in ("bind", "listen"):  # once at the start: the feed tries again
        faults.arm(kind, KINDS[kind][0])
    busy = busy_lab.Busy(here, pairs=max(1, round(wanted * 2.2 / busy_lab.CYCLE)), under=faults.under)
    here.gaps_of_its_own += ("feed ",)  # of a second or two, which are told
    chance = random.Random(wanted)
    kinds = [kind for kind in KINDS if not kind.startswith("memory")]
    came, queue = collections.Counter({kind: faults.failed(kind) for kind in ("bind", "listen")}), []
    while busy.going_on() or came.total() < wanted:
        assert busy.daemon.poll() is None, f"the daemon ended with {busy.daemon.returncode} after {dict(came)}"
        assert busy.at() < busy.play.length + 120, f"{came.total()} of {wanted} failures: {dict(came)}"
        if came.total() >= wanted:
            time.sleep(0.2)
            continue
        if not queue:
            queue = sorted(kinds, key=lambda kind: (came[kind], chance.random()))
        kind = queue.pop(0)
        if faults.calls(kind) or kind in AFTER_A_BROKEN_CONNECTION:
            came[kind] += one(faults, chance, kind, 2.5)
            time.sleep(chance.uniform(0.1, 0.6))
    busy.finish()
    assert busy.daemon.poll() is None
    never = [kind for kind in kinds if not came[kind]]
    assert wanted < 50 or not MUST & set(never), f"never failed: {never}"
    print(f"{came.total()} failures, {dict(came)}; not called here: {never}: {len(here.incidents())} incidents, each once")


if __name__ == "__main__":
    lab.need(*busy_lab.NEEDED)
    lab.test(body)
