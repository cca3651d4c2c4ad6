# SPDX-License-Identifier: MIT
"""Frames one at a time: `stack --method stream` beside Siril handling the same frames in the same way (calibrate, register
to the running result, stack the two). Start, master dark and, of ours, the finished pictures are left out on both sides."""
import json
import os
import shutil

import answers
import contenders
import gates
import load
import measure
import nights
import ratios
import side_by_side

GATES = (gates.Gate('wall a frame, Siril one at a time vs nightstack stream', '>=', 10, quiet_only=True),
         gates.Gate('cpu a frame, Siril one at a time vs nightstack stream', '>=', 8))
ARGUMENTS = ('--method', 'stream', '--framing', 'reference')


def ours(program, name='nightstack stream', level='', more=()):
    return contenders.Ours(program, name, level, (*ARGUMENTS, *more))


class Rate:
    """What one frame more costs: the whole night less the same night ended after `first` frames, each its best round."""

    def __init__(self, stacker, night, folder):
        self.stacker, self.night = stacker, night
        self.first = max(2, night.frames // 5)
        self.short = nights.first_frames(night, os.path.join(folder, 'short'), self.first)

    def of(self, folder, check):
        frames = self.night.frames - self.first
        costs = []
        for night in (self.short, self.night):
            run = self.stacker.run(night, folder)
            if night is self.night:
                check(run)
            costs.append(run.cost)
            shutil.rmtree(folder)
        short, whole = costs
        return measure.Cost((whole.wall_s - short.wall_s) / frames, (whole.cpu_s - short.cpu_s) / frames,
                            whole.peak_mb, whole.scratch_mb)


def siril_cost(said, whole):
    """Of a frame, from the lines of siril_live.sh."""
    steps = {line['step']: line for line in map(json.loads, filter(lambda l: l.startswith('{'), said.splitlines()))}
    start, frames = steps['start'], steps['frames']

    def a_frame(*names):
        return sum(frames[name] - start[name] for name in names) / frames['frames']

    return measure.Cost(a_frame('wall'), a_frame('user', 'sys'), frames['peak_mb'], whole.scratch_mb)


def siril(script, night, folder):
    whole, said = measure.run(['bash', script, night.folder, folder], folder)
    cost = siril_cost(said, whole)
    shutil.rmtree(folder)
    return cost


def run(program, night, rounds, folder, judge, peers, quick, say):
    """This part of the report. Throws side_by_side.WrongAnswer, measure.RunFailed."""
    own = os.path.join(folder, 'run')
    found = {}

    def check(one_run):
        say('  nightstack stream: judging its answer')
        found.update(answers.of(judge, night, one_run, quick))
        if found['wrong']:
            raise side_by_side.WrongAnswer(f'nightstack stream: {"; ".join(found["wrong"])}')

    others = load.Others()
    rate = Rate(ours(program), night, folder)
    costs = {'nightstack stream': [], 'Siril one at a time': []}
    for i in range(rounds):
        costs['nightstack stream'].append(rate.of(own, check if i == 0 else lambda _: None))
        if peers:
            costs['Siril one at a time'].append(siril(os.path.join(judge, 'siril_live.sh'), night, own))
    return part_of(costs, found, night, others.cores())


def part_of(costs, answer, night, cores):
    costs = {name: list_of for name, list_of in costs.items() if list_of}
    formed = [r for figure, name in (('wall_s', 'wall a frame'), ('cpu_s', 'cpu a frame')) if len(costs) == 2
              for r in [ratios.of_pairs(f'{name}, Siril one at a time vs nightstack stream',
                                        [getattr(c, figure) for c in costs['Siril one at a time']],
                                        [getattr(c, figure) for c in costs['nightstack stream']])]]
    judged = [gates.judge(gate, {r.name: r for r in formed}, load.is_quiet(cores)) for gate in GATES]
    if night.frames < side_by_side.GATED_FRAMES:
        judged = [gates.not_judged(outcome, f'fewer than {side_by_side.GATED_FRAMES} frames') for outcome in judged]
    return {'part': 'live', 'about': f'{night.frames} frames of {night.size} one at a time; seconds are those of a frame',
            'others_cores': cores,
            'contenders': [{'name': name, 'costs': side_by_side.spreads(c), 'answer': answer if 'night' in name else {}}
                           for name, c in costs.items()],
            'ratios': formed, 'gates': judged}
