#!/usr/bin/env python3
"""A post waits for its call while the daemon is killed and started again."""
import signal

import lab
from restart_lab import post_waits_over

if __name__ == "__main__":
    lab.need("ip", "rsyslogd", "tcpreplay", "ss", "sysctl")
    lab.test(lambda here: post_waits_over(here, signal.SIGKILL))
