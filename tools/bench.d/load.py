# SPDX-License-Identifier: MIT
"""How much of the processor other programs used while we measured: what makes timings worth little."""
import os
import time

QUIET_CORES = 0.15


def _busy_seconds():
    with open('/proc/stat', encoding='ascii') as file:
        user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf('SC_CLK_TCK')


def _own_seconds():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


class Others:
    """From its making until cores(): processor seconds a second that were not ours or our children's."""

    def __init__(self):
        self._begin = (time.monotonic(), _busy_seconds(), _own_seconds())

    def cores(self):
        wall, busy, own = self._begin
        passed = max(time.monotonic() - wall, 1e-3)
        return max(0.0, (_busy_seconds() - busy) - (_own_seconds() - own)) / passed


def is_quiet(others_cores):
    return others_cores <= QUIET_CORES
