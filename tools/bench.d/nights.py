# SPDX-License-Identifier: MIT
"""Nights to stack: folders with lights/ and darks/, which every stacker understands."""
import dataclasses
import os
import shutil
import subprocess
import sys

PYTHON = '/usr/bin/python3'  # the one Debian's python3-* packages belong to
JUDGE_MODULES = 'numpy, scipy, astropy, cv2, sep'


class NightFailed(Exception):
    """The night could not be rendered."""


@dataclasses.dataclass(frozen=True)
class Night:
    folder: str
    frames: int
    size: str
    truth: str = ''  # truth.npz of the independent generator; '' when there is none


def can_judge():
    """Are the packages here that the independent generator and judge need?"""
    try:
        done = subprocess.run([PYTHON, '-c', f'import {JUDGE_MODULES}'], stderr=subprocess.DEVNULL, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _call(*command):
    environment = {key: value for key, value in os.environ.items() if not key.startswith('NIGHTSTACK_')}
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment,
                          check=False)
    if done.returncode != 0:
        raise NightFailed(f'{os.path.basename(command[0])} could not render the night: {done.stderr.strip()[-300:]}')


def with_truth(judge, folder, frames, darks, seed):
    """3840x2160 by tests/support/judge/gen_night.py, which the product shares no code with."""
    _call(PYTHON, os.path.join(judge, 'gen_night.py'), '--out', folder, '--n', str(frames), '--darks', str(darks),
          '--seed', str(seed), '--scene-seed', str(seed + 1000))
    return Night(folder, frames, '3840x2160', os.path.join(folder, 'truth.npz'))


def sample(program, folder, frames, darks, seed, size, rotation=6.0):
    """By `nightstack sample-night`, any size."""
    made = os.path.join(folder, 'made')
    _call(program, 'sample-night', '--out', made, '--frames', str(frames), '--darks', str(darks), '--seed', str(seed),
          '--size', size, '--rotation', str(rotation), '--quiet')
    astronomy = os.path.join(made, 'Astronomy')
    session = next(name for name in os.listdir(astronomy) if name != 'DWARF_DARK')
    dark_root = os.path.join(astronomy, 'DWARF_DARK')
    os.rename(os.path.join(astronomy, session), os.path.join(folder, 'lights'))
    os.rename(os.path.join(dark_root, os.listdir(dark_root)[0]), os.path.join(folder, 'darks'))
    os.remove(os.path.join(folder, 'lights', 'shotsInfo.json'))
    shutil.rmtree(made)
    return Night(folder, frames, size)


def first_frames(night, folder, frames):
    """The same night, ended earlier: hard links to its first lights and all its darks."""
    for kind, most in (('lights', frames), ('darks', sys.maxsize)):
        os.makedirs(os.path.join(folder, kind))
        for i, name in enumerate(sorted(os.listdir(os.path.join(night.folder, kind)))):
            if i < most:
                os.link(os.path.join(night.folder, kind, name), os.path.join(folder, kind, name))
    return Night(folder, frames, night.size)


def looped(night, folder, files, frames):
    """A night of so many frames: hard links to its first files, again and again; and all its darks."""
    first = first_frames(night, folder, files)
    lights = os.path.join(folder, 'lights')
    names = sorted(os.listdir(lights))
    for i in range(len(names), frames):
        name = names[i % len(names)]
        os.link(os.path.join(lights, name), os.path.join(lights, f'again_{i:05d}_{name}'))
    return Night(first.folder, frames, night.size)


def read_once(night):
    """Brings the files into the page cache, so that the first stacker is not the one to pay the disk."""
    for where, _, names in os.walk(night.folder):
        for name in names:
            with open(os.path.join(where, name), 'rb') as file:
                while file.read(1 << 22):
                    pass
