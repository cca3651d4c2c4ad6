# SPDX-License-Identifier: MIT
"""Does peak memory stay where it is with three times the frames, with a field that turns by 20 degrees, whose canvas is
larger, and in the live stack with two thousand frames?"""
import os

import contenders
import gates
import load
import nights
import ratios
import side_by_side

GATES = (gates.Gate('peak memory, 3 times the frames', '<=', 1.3),
         gates.Gate('peak memory, 20 degrees vs 0', '<=', 1.3),
         gates.Gate('peak memory of the live stack, 2000 frames vs 100', '<=', 1.1))
LOOPED_FILES = 20  # of the live night; the same again and again
LIVE = ('--method', 'stream', '--framing', 'max')


def run(program, frames, size, seed, folder):
    """This part of the report. Throws nights.NightFailed, measure.RunFailed."""
    def night(name, count, rotation):
        return nights.sample(program, os.path.join(folder, name), count, 10, seed, size, rotation)

    long = night('long', 3 * frames, 0)
    cases = {f'{frames} frames, 0 degrees': nights.first_frames(long, os.path.join(folder, 'short'), frames),
             f'{3 * frames} frames, 0 degrees': long,
             f'{frames} frames, 20 degrees': night('turned', frames, 20)}
    live = {f'live, {count} frames': nights.looped(long, os.path.join(folder, f'looped{count}'), LOOPED_FILES, count)
            for count in (100, 2000)}
    cases.update(live)
    others = load.Others()
    costs = []
    for name, case in cases.items():
        one = contenders.Ours(program, arguments=LIVE if name in live else ('--framing', 'max'))
        costs.append(side_by_side.take_turns([one], case, 1, folder, lambda *_: None)[0])
    peaks = [[cost.peak_mb for cost in list_of] for list_of in costs]
    formed = [ratios.of_pairs('peak memory, 3 times the frames', peaks[1], peaks[0]),
              ratios.of_pairs('peak memory, 20 degrees vs 0', peaks[2], peaks[0]),
              ratios.of_pairs('peak memory of the live stack, 2000 frames vs 100', peaks[4], peaks[3])]
    return {'part': 'memory', 'about': f'frames of {size}, --framing max', 'others_cores': others.cores(),
            'contenders': [{'name': name, 'costs': side_by_side.spreads(c)} for name, c in zip(cases, costs)],
            'ratios': formed, 'gates': [gates.judge(gate, {r.name: r for r in formed}) for gate in GATES]}
