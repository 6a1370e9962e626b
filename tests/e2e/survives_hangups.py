#!/usr/bin/env python3
"""SIGHUP over and over while phones post and calls are told (survives_hangups.py N: so many), at any moment, with the roster, the
enrolment, the rules or the platforms written anew, broken or put right before: the incidents equal the replay's to the byte."""
import random
import time

import busy_lab
import lab
from lab import Lab

EACH = 0.35


def body(here: Lab):
    hangups = busy_lab.amount(60)
    busy = busy_lab.Busy(here, pairs=max(1, round(hangups * EACH / busy_lab.CYCLE)))
    here.gaps_of_its_own += ("feed people is down",)  # while the file is broken
    chance = random.Random(hangups)
    roster, enrolment = here.work / "roster.csv", here.work / "enrolment.csv"
    good = {path: path.read_text() for path in (roster, enrolment)}
    done, broken = 0, 0
    gap = busy.play.length / hangups
    while busy.going_on() or done < hangups:
        time.sleep(chance.uniform(0.5, 1.5) * gap)
        if done == hangups:
            continue
        path, way = chance.choice((roster, enrolment)), chance.randrange(3)
        text = good[path]
        if way == 0:
            text += "\n"
        elif way == 1:
            text = text.replace("_", "", 1)  # a heading that nobody knows
            broken += 1
        for each, right in good.items():
            each.write_text(text if each == path else right)
        busy.daemon.send_signal(1)
        done += 1
    for each, right in good.items():
        each.write_text(right)
    busy.finish()
    assert here.log("breakwatchd").count("RELOAD") > 0
    print(f"{done} hangups, {broken} with a broken file: {len(here.incidents())} incidents, each once")


if __name__ == "__main__":
    lab.need(*busy_lab.NEEDED)
    lab.test(body)
