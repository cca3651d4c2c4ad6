# SPDX-License-Identifier: MIT
"""The same night through several stackers, in turn: A B C A B C ..., so that all meet the same machine.
Each result of the first round is judged before the others are run."""
import os
import shutil

import answers
import contenders
import gates
import load
import measure
import ratios

# Siril 1.0.6 is the peer; its goals from the computed speed of a fused pipeline on two cores.
GATES = (gates.Gate('wall, Siril vs nightstack', '>=', 8, quiet_only=True),
         gates.Gate('cpu, Siril vs nightstack', '>=', 4),
         gates.Gate('peak memory, Siril vs nightstack', '>=', 2))
GATED_FRAMES = 20  # with fewer, start and darks weigh too much
FIGURE_NAMES = {'wall_s': 'wall', 'cpu_s': 'cpu', 'peak_mb': 'peak memory'}


class WrongAnswer(Exception):
    """A stack is not what it must be: its time would mean nothing."""


def take_turns(stackers, night, rounds, folder, check):
    """[[cost of each round] of each stacker]; check(stacker, run) is called in the first round."""
    costs = [[] for _ in stackers]
    for i in range(rounds):
        for stacker, list_of_costs in zip(stackers, costs):
            own = os.path.join(folder, 'run')
            run = stacker.run(night, own)
            list_of_costs.append(run.cost)
            if i == 0:
                check(stacker, run)
            shutil.rmtree(own)
    return costs


def run(stackers, night, rounds, folder, judge, quick, say):
    """This part of the report. Throws WrongAnswer, measure.RunFailed."""
    found, hashes = {}, {}

    def check(stacker, one_run):
        say(f'  {stacker.name}: {one_run.cost.wall_s:.1f} s; judging its answer')
        found[stacker.name] = answers.of(judge, night, one_run, quick)
        if isinstance(stacker, contenders.Ours):
            hashes[stacker.name] = contenders.sha256(one_run.result)
        if found[stacker.name]['wrong']:
            raise WrongAnswer(f'{stacker.name}: {"; ".join(found[stacker.name]["wrong"])}')

    others = load.Others()
    costs = take_turns(stackers, night, rounds, folder, check)
    if len(set(hashes.values())) > 1:
        raise WrongAnswer('the instruction levels gave different pixels')
    formed = ratios_of({stacker.name: list_of for stacker, list_of in zip(stackers, costs)})
    cores = others.cores()
    return {'part': 'night', 'about': f'{night.frames} frames of {night.size}, {len(costs[0])} rounds in turn',
            'others_cores': cores,
            'contenders': [{'name': s.name, 'costs': spreads(c), 'answer': found[s.name]}
                           for s, c in zip(stackers, costs)],
            'ratios': formed, 'gates': outcomes(formed, night, cores)}


def outcomes(formed, night, others_cores):
    judged = [gates.judge(gate, {r.name: r for r in formed}, load.is_quiet(others_cores)) for gate in GATES]
    if night.frames >= GATED_FRAMES:
        return judged
    return [gates.not_judged(outcome, f'fewer than {GATED_FRAMES} frames') for outcome in judged]


def spreads(costs):
    return {figure: ratios.Spread.of([getattr(cost, figure) for cost in costs]) for figure in measure.FIGURES}


def ratios_of(costs):
    """Each peer against each of ours; {name: [Cost]} in, where names of ours begin with nightstack."""
    formed = []
    for peer in costs:
        for ours in costs:
            if peer.startswith('nightstack') or not ours.startswith('nightstack'):
                continue
            for figure, name in FIGURE_NAMES.items():
                formed.append(ratios.of_pairs(f'{name}, {peer} vs {ours}', [getattr(c, figure) for c in costs[peer]],
                                              [getattr(c, figure) for c in costs[ours]]))
    return formed
