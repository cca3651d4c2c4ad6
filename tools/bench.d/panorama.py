# SPDX-License-Identifier: MIT
"""The same tiles through `nightstack pano`, OpenCV's Stitcher and hugin's command line, in turn: A B C A B C ..., each from files
to a JPEG. Each result of the first round is held against the truth by tests/support/judge/check_panorama.py."""
import json
import os
import shutil
import subprocess

import gates
import load
import measure
import nights
import panorama_sets
import ratios
import side_by_side

HUGIN_BOUND = 10
MEMORY_BOUND = 3     # the Stitcher's peak by ours
MEMORY_TILES = 20    # from so many tiles on
ACCURACY_PX = 0.15   # RMS over the overlaps against truth; three times that for the small tiles of a quick run


def judged(judge, tiles, report):
    """Figures of a panorama; 'wrong' says what is not as it must be."""
    done = subprocess.run([nights.PYTHON, os.path.join(judge, 'check_panorama.py'), report, tiles.folder], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    try:
        found = json.loads(done.stdout)
    except json.JSONDecodeError:
        return {'wrong': [f'check_panorama.py gave no figures: {done.stderr.strip()[-200:]}']}
    if 'pose' not in found:
        return {'wrong': found['broken']}
    counts, pose = found['placing']['counts'], found['pose']
    answer = {'placed': counts.get('placed', 0) + counts.get('weak', 0), 'pose_rms_px': pose['rms_px'],
              'worst_pair_px': pose.get('worst_link', {}).get('rms_px'), 'wrong': []}
    for picture in found['pictures'][:1]:
        step = picture['step']['p99']
        answer.update(seam_step=step['overlap'], step_elsewhere=step['elsewhere'],
                      gradient_ratio=picture['gradient']['p99.9']['ratio'],
                      jump_px=picture.get('jump_px', {}).get('p95', {}).get('overlap'),
                      colour_percent=picture['colour']['overlap_rms_percent'])
    return answer


def wrong_of_ours(answer, tiles):
    if answer['wrong']:
        return answer['wrong']
    wrong = []
    if answer['placed'] != tiles.kind.tiles:
        wrong.append(f'{answer["placed"]} of {tiles.kind.tiles} tiles placed')
    most = ACCURACY_PX if '--size' not in tiles.kind.arguments else 3 * ACCURACY_PX
    if not (answer['pose_rms_px'] is not None and answer['pose_rms_px'] <= most):
        wrong.append(f'poses off by {answer["pose_rms_px"]} px')
    return wrong


def take_turns(stitchers, tiles, rounds, folder, judge, say):
    """{name: [cost]}, {name: answer}; who fails is named in the answer and left out of later rounds."""
    costs, answers = {}, {}
    for i in range(rounds):
        for stitcher in stitchers:
            if i and stitcher.name not in costs:
                continue
            own = os.path.join(folder, 'run')
            try:
                cost, report = stitcher.run(tiles, own)
            except measure.RunFailed as problem:
                if stitcher.name == 'nightstack':
                    raise
                answers[stitcher.name] = {'failed': str(problem)}
                shutil.rmtree(own, ignore_errors=True)
                continue
            costs.setdefault(stitcher.name, []).append(cost)
            if i == 0:
                say(f'  {tiles.kind.name}, {stitcher.name}: {cost.wall_s:.1f} s, {cost.peak_mb:.0f} MB; judging its answer')
                answers[stitcher.name] = judged(judge, tiles, report)
                if stitcher.name == 'nightstack' and (wrong := wrong_of_ours(answers[stitcher.name], tiles)):
                    raise side_by_side.WrongAnswer(f'nightstack, {tiles.kind.name}: {"; ".join(wrong)}')
            shutil.rmtree(own, ignore_errors=True)
    return costs, answers


def ratios_of(kind, costs, answers):
    """Each peer against ours; not of one that dropped tiles, whose time would mean nothing."""
    formed = []
    for peer in costs:
        if peer == 'nightstack' or 'nightstack' not in costs or answers[peer].get('placed') != kind.tiles:
            continue
        for figure, what in side_by_side.FIGURE_NAMES.items():
            formed.append(ratios.of_pairs(f'{what}, {kind.name}, {peer} vs nightstack', [getattr(c, figure) for c in costs[peer]],
                                          [getattr(c, figure) for c in costs['nightstack']]))
    return formed


def gates_of(kind):
    out = [gates.Gate(f'wall, {kind.name}, cv::Stitcher vs nightstack', '>=', kind.against_stitcher, quiet_only=True),
           gates.Gate(f'wall, {kind.name}, hugin vs nightstack', '>=', HUGIN_BOUND, quiet_only=True)]
    if kind.tiles >= MEMORY_TILES:
        out.append(gates.Gate(f'peak memory, {kind.name}, cv::Stitcher vs nightstack', '>=', MEMORY_BOUND))
    return out


def run(stitchers, kinds, seed, rounds, folder, judge, say):
    """This part of the report. Throws side_by_side.WrongAnswer, measure.RunFailed, nights.NightFailed."""
    others = load.Others()
    contenders, formed, asked = [], [], []
    for kind in kinds:
        say(f'  drawing {kind.name}')
        tiles = panorama_sets.generate(judge, os.path.join(folder, 'set'), kind, seed)
        costs, answers = take_turns(stitchers, tiles, rounds, folder, judge, say)
        contenders += [{'name': f'{kind.name}: {name}', 'costs': side_by_side.spreads(list_of), 'answer': answers.get(name, {})}
                       for name, list_of in costs.items()]
        formed += ratios_of(kind, costs, answers)
        asked += gates_of(kind)
        shutil.rmtree(os.path.join(folder, 'set'))
    cores = others.cores()
    by_name = {r.name: r for r in formed}
    return {'part': 'panorama', 'about': f'tiles with truth, from files to a JPEG, {rounds} rounds in turn', 'others_cores': cores,
            'contenders': contenders, 'ratios': formed, 'gates': [gates.judge(g, by_name, load.is_quiet(cores)) for g in asked]}
