# SPDX-License-Identifier: MIT
"""What tools/bench does once everything is installed and built: the parts one after the other, then the
report. One part that fails is named in the report and costs only itself; the exit code is then 1."""
import os
import shutil
import signal
import sys
import tempfile

import contenders
import flatness
import gates
import live_night
import machine
import measure
import micro
import micro_specs
import nights
import options
import panorama
import panorama_sets
import report
import scaling
import side_by_side

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..'))
JUDGE = os.path.join(ROOT, 'tests', 'support', 'judge')
QUICK_SIZE, FULL_SIZE = '960x540', '3840x2160'
PROBLEMS = (micro.BenchmarkFailed, measure.RunFailed, nights.NightFailed, side_by_side.WrongAnswer)


def say(text):
    print(text, file=sys.stderr, flush=True)


class Bench:
    """One call of tools/bench; `work` holds nights and runs and is removed at the end."""

    def __init__(self, o, work):
        self.o, self.work = o, work
        self.program = os.path.join(o.build, 'tools', 'nightstack')
        self.size = QUICK_SIZE if o.quick else FULL_SIZE
        self._night = None

    def folder(self, name):
        path = os.path.join(self.work, name)
        os.makedirs(path, exist_ok=True)
        return path

    def night(self):
        """Rendered at the first use. With truth when the judge's packages are here, and it is no quick run."""
        if self._night is None:
            say(f'rendering a night of {self.o.frames} frames')
            if not self.o.quick and nights.can_judge():
                self._night = nights.with_truth(JUDGE, self.folder('night'), self.o.frames, 10, self.o.seed)
            else:
                self._night = nights.sample(self.program, self.folder('night'), self.o.frames, 4 if self.o.quick else 10,
                                            self.o.seed, self.size)
            nights.read_once(self._night)
        return self._night

    def stackers(self, level):
        ours = [contenders.Ours(self.program)]
        if level == 'avx512':
            ours.append(contenders.Ours(self.program, 'nightstack avx2', 'avx2'))
        if self.o.no_peers or not contenders.siril_version():
            return ours
        return [*ours, contenders.Siril(os.path.join(JUDGE, 'siril_night.sh'))]

    def run_part(self, part, level):
        o = self.o
        if part in ('night', 'live', 'scaling', 'memory'):
            self.check_room(part in ('night', 'live') and not o.no_peers)
        if part == 'night':
            return side_by_side.run(self.stackers(level), self.night(), o.rounds, self.folder('runs'), JUDGE, o.quick,
                                    say)
        if part == 'live':
            peers = bool(not o.no_peers and contenders.siril_version())
            return live_night.run(self.program, self.night(), o.rounds, self.folder('runs'), JUDGE, peers, o.quick, say)
        if part == 'scaling':
            return scaling.run(self.program, self.night(), o.rounds, self.folder('runs'))
        if part == 'memory':
            return flatness.run(self.program, o.frames, self.size, o.seed, self.folder('flatness'))
        if part == 'panorama':
            stitchers = panorama_sets.stitchers(self.program, o.build, ROOT, not o.no_peers)
            kinds = panorama_sets.SMALL if o.quick else panorama_sets.KINDS
            return panorama.run(stitchers, kinds, o.seed, o.rounds, self.folder('runs'), JUDGE, say)
        program = next(p for p in micro_specs.PROGRAMS if p.part == part)
        return micro.run(program, o.build, micro.QUICK if o.quick else micro.FULL)

    def check_room(self, peers):
        """Siril writes some 200 MB for each frame of full size."""
        pixels = 960 * 540 if self.o.quick else 3840 * 2160
        needed = self.o.frames * pixels * (30 if peers else 6) + 1e9
        free = shutil.disk_usage(self.work).free
        if free < needed:
            raise nights.NightFailed(f'{needed / 1e9:.0f} GB of disk are needed, {free / 1e9:.0f} GB are free')


def judged(part, quick):
    """Gates mean nothing on small frames and few repetitions."""
    if quick:
        part['gates'] = [gates.not_judged(outcome, 'a quick run') for outcome in part['gates']]
    return part


def run(o):
    parts, problems = [], []
    with tempfile.TemporaryDirectory(prefix='work-', dir=o.out) as work:
        bench = Bench(o, work)
        about = machine.describe(bench.program)
        for part in o.parts:
            say(f'{part} ...')
            try:
                parts.append(judged(bench.run_part(part, about['level']), o.quick))
            except PROBLEMS as problem:
                problems.append(f'{part}: {problem}'.replace(work, 'WORK').replace(ROOT, '.'))
                say(problems[-1])
                shutil.rmtree(os.path.join(work, 'runs'), ignore_errors=True)
        return {'quick': o.quick, 'machine': about, 'versions': machine.versions(bench.program, ROOT),
                'options': {'frames': o.frames, 'rounds': o.rounds, 'seed': o.seed, 'parts': o.parts},
                'problems': problems, 'parts': parts}


def exit_code(made, strict):
    missed = any(outcome.state == 'missed' for part in made['parts'] for outcome in part['gates'])
    return 1 if made['problems'] or (strict and missed) else 0


def main(words):
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # cleans up as after Ctrl-C
    o = options.parse(words)
    o.out, o.build = os.path.abspath(o.out), os.path.abspath(o.build or os.path.join(ROOT, 'build', 'release'))
    os.makedirs(o.out, exist_ok=True)
    made = run(o)
    report.write(made, o.out)
    print(report.as_markdown(made), end='')
    say(f'the report: {os.path.join(o.out, "bench.md")} and bench.json')
    return exit_code(made, o.strict)


if __name__ == '__main__':
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
