# SPDX-License-Identifier: MIT
"""Stackers that can be run on a night: ours at an instruction level, and Debian's Siril."""
import dataclasses
import hashlib
import json
import os
import shutil
import subprocess

import measure


@dataclasses.dataclass(frozen=True)
class Run:
    cost: measure.Cost
    result: str        # path of the stack
    report: str = ''   # path of our report; '' for a peer


@dataclasses.dataclass(frozen=True)
class Ours:
    program: str
    name: str = 'nightstack'
    level: str = ''  # '' = the machine's best
    arguments: tuple = ('--framing', 'reference')

    def run(self, night, folder):
        result = os.path.join(folder, 'result.fits')
        environment = {'NIGHTSTACK_CPU': self.level} if self.level else {}
        cost, _ = measure.run([self.program, 'stack', night.folder, '--output', result, '--quiet', *self.arguments],
                              folder, environment)
        return Run(cost, result, os.path.join(folder, 'result.json'))


@dataclasses.dataclass(frozen=True)
class Siril:
    script: str  # tests/support/judge/siril_night.sh
    name: str = 'Siril'

    def run(self, night, folder):
        whole, said = measure.run(['bash', self.script, night.folder, folder], folder)
        return Run(self.cost_of(said, whole), os.path.join(folder, 'result.fit'))

    @staticmethod
    def cost_of(said, whole):
        """Its steps alone: the script's own work around them is not Siril's."""
        lines = [json.loads(line) for line in said.splitlines() if line.startswith('{')]
        steps = [line for line in lines if 'step' in line]
        scratch = max([line['scratch_mb'] for line in lines if 'scratch_mb' in line] + [whole.scratch_mb])
        return measure.Cost(sum(step['wall'] for step in steps), sum(step['user'] + step['sys'] for step in steps),
                            max(step['peak_mb'] for step in steps), scratch)


def siril_version():
    """'' when it is not installed."""
    if not shutil.which('siril-cli') or not os.path.exists('/usr/bin/time'):
        return ''
    done = subprocess.run(['siril-cli', '--version'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          check=False)
    words = done.stdout.split()
    return words[1] if len(words) > 1 else 'unknown'


def sha256(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        while block := file.read(1 << 22):
            digest.update(block)
    return digest.hexdigest()
