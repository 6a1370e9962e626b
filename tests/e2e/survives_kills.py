#!/usr/bin/env python3
"""SIGKILL over and over while phones post and calls are told (survives_kills.py N: so many; a start follows each). No kill falls
between a connection's first packet and the judgement of its post, nor on a lease: what a dead daemon's kernel saw nobody can know
(breakwatchd(8), SIGTERM). Everything else goes on: leases and calls told before a kill name a post after it, posts that
wait for their calls are judged after it. Incidents equal the replay of the same frames, but for the traffic around them."""
import random
import signal
import time

import busy_lab
import lab
from lab import Lab

EACH = 1.4       # seconds of free play that a kill and a start need


def body(here: Lab):
    kills = busy_lab.amount(10)
    cycle = busy_lab.CYCLE if kills <= 10 else 90.0  # more of it free
    busy = busy_lab.Busy(here, pairs=max(1, round(kills * EACH / busy_lab.free_seconds(cycle) + 0.4)), cycle=cycle)
    here.apart += ("coverage", "volume", "gaps")
    chance = random.Random(kills)
    done, waits = 0, 0.0
    while busy.going_on() or done < kills:
        assert busy.at() < busy.play.length + 90, f"{done} of {kills} kills"
        time.sleep(chance.uniform(0.0, 0.3))
        if done == kills or busy.delicate(busy.at()):
            continue
        held = here.status().get("engine", {}).get("pending_findings", 0)
        waits += held > 0
        busy.daemon.send_signal(signal.SIGKILL)
        busy.daemon.wait(timeout=30)
        down = busy.at()
        busy.daemon = busy.start_daemon()
        busy.was_down(down, busy.at())
        done += 1
    busy.finish()
    if len(busy.unseen) > max(1, 0.2 * len(busy.play.phones)):
        lab.skip(f"the machine is too busy: starts took more than {busy_lab.START:.0f} s, into what {len(busy.unseen)} phones are known by")
    print(f"{done} kills, {waits:.0f} of them while a post waited for its call: {len(here.incidents())} incidents, each once; "
          f"{len(busy.unseen)} of {len(busy.play.phones)} phones were needed to be seen during a slow start")


if __name__ == "__main__":
    lab.need(*busy_lab.NEEDED)
    lab.test(body)
