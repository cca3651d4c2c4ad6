# SPDX-License-Identifier: MIT
"""One thread against two, in turn: wall and processor time; and the same pixels with 1, 2 and 4."""
import contenders
import gates
import load
import ratios
import side_by_side

GATES = (gates.Gate('wall, 1 thread vs 2', '>=', 1.6, quiet_only=True),
         gates.Gate('cpu, 2 threads vs 1', '<=', 1.15, quiet_only=True))


def run(program, night, rounds, folder):
    """This part of the report. Throws side_by_side.WrongAnswer, measure.RunFailed."""
    stackers = [contenders.Ours(program, f'{n} thread{"s" if n > 1 else ""}', '',
                                ('--framing', 'reference', '--threads', str(n))) for n in (1, 2, 4)]
    hashes = set()
    others = load.Others()
    costs = side_by_side.take_turns(stackers, night, rounds, folder,
                                    lambda _, run_: hashes.add(contenders.sha256(run_.result)))
    if len(hashes) > 1:
        raise side_by_side.WrongAnswer('1, 2 and 4 threads gave different pixels')
    cores = others.cores()
    wall = [[cost.wall_s for cost in list_of] for list_of in costs]
    cpu = [[cost.cpu_s for cost in list_of] for list_of in costs]
    formed = [ratios.of_pairs('wall, 1 thread vs 2', wall[0], wall[1]),
              ratios.of_pairs('cpu, 2 threads vs 1', cpu[1], cpu[0])]
    return {'part': 'scaling', 'about': f'{night.frames} frames of {night.size}; the pixels are the same with 1, 2 '
                                        'and 4 threads',
            'others_cores': cores,
            'contenders': [{'name': s.name, 'costs': side_by_side.spreads(c)} for s, c in zip(stackers, costs)],
            'ratios': formed,
            'gates': [gates.judge(gate, {r.name: r for r in formed}, load.is_quiet(cores)) for gate in GATES]}
