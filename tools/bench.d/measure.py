# SPDX-License-Identifier: MIT
"""Runs a command in a folder of its own and says what it cost: wall and processor seconds, peak memory
of its largest process, and the most it had on disk beyond what it left there."""
import dataclasses
import os
import subprocess
import threading
import time

FIGURES = ('wall_s', 'cpu_s', 'peak_mb', 'scratch_mb')


@dataclasses.dataclass(frozen=True)
class Cost:
    wall_s: float
    cpu_s: float
    peak_mb: float
    scratch_mb: float


class RunFailed(Exception):
    """The command did not end with one of the codes expected."""


def clean_environment(folder):
    """Ours without settings of the user's, and with caches, settings and scratch inside `folder`: a
    cold calibration library each time, and nothing outside is read or left."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(('NIGHTSTACK_', 'XDG_'))}
    for key, name in (('XDG_CACHE_HOME', 'cache'), ('XDG_CONFIG_HOME', 'config'), ('XDG_DATA_HOME', 'data'),
                      ('TMPDIR', 'tmp')):
        kept[key] = os.path.join(folder, name)
        os.makedirs(kept[key], exist_ok=True)
    return kept


def bytes_below(folder):
    """Bytes on disk; files that vanish meanwhile count as gone."""
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(where, name)).st_blocks * 512
            except OSError:
                pass
    return total


class DiskWatch:
    """The most bytes seen below a folder, looked at several times a second."""

    def __init__(self, folder):
        self._folder, self._most, self._end = folder, 0, threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self):
        while not self._end.wait(0.2):
            self._most = max(self._most, bytes_below(self._folder))

    def scratch_mb(self):
        self._end.set()
        self._thread.join()
        left = bytes_below(self._folder)
        return max(0, self._most - left) / 1e6


def run(command, folder, environment=None):
    """Its Cost and what it printed. `folder` is made; stderr goes to a file in it."""
    os.makedirs(folder, exist_ok=True)
    full = {**clean_environment(folder), **(environment or {})}
    os.sync()  # what the one before wrote must not slow this one down
    watch = DiskWatch(folder)
    try:
        with open(os.path.join(folder, 'said.txt'), 'w+b') as out, open(os.path.join(folder, 'log.txt'), 'wb') as log:
            begin = time.monotonic()
            child = subprocess.Popen(command, stdout=out, stderr=log, env=full, cwd=folder)
            status, usage = _wait(child)
            wall = time.monotonic() - begin
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            said = out.read().decode('utf-8', 'replace')
    finally:
        scratch = watch.scratch_mb()
    if child.returncode != 0:
        raise RunFailed(f'{os.path.basename(command[0])} ended with {child.returncode}: {_last_line(folder)}')
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, scratch), said


def _wait(child):
    try:
        return os.wait4(child.pid, 0)[1:]
    except KeyboardInterrupt:
        child.terminate()
        os.wait4(child.pid, 0)
        raise


def _last_line(folder):
    with open(os.path.join(folder, 'log.txt'), encoding='utf-8', errors='replace') as file:
        return (file.read().strip().splitlines() or ['no message'])[-1]
