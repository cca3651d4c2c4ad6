#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_real_panorama.py REPORT SET_FOLDER: the report of a panorama of real photographs against the independent solution that lies
beside them (pano/reference.py says what is in it and how good it is). Prints JSON; `broken` lists what does not hold; exit 1 then.

All pictures placed (a picture of noise left out by name); the median focal length within --max-focal percent; the turn between
each two pictures that share a fifth of their area within --max-angle degrees. A pair beyond it counts as `doubtful`, not broken,
when the two pictures by themselves (features, with the report's focal length) side with the report."""
import argparse
import itertools
import json
import os
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pano'))
import camera
import reference
import report as reports

SHARE = 0.2


def arguments(words=None):
    p = argparse.ArgumentParser(prog='check_real_panorama.py', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('report')
    p.add_argument('folder')
    p.add_argument('--max-angle', type=float, default=1.0)
    p.add_argument('--max-focal', type=float, default=5.0)
    return p.parse_args(words)


def placing(said, names):
    broken = [f'{n} is not in the report' for n in names if n not in said.tiles]
    for n in names:
        if n not in said.tiles:
            continue
        verdict = said.tiles[n]['verdict']
        if n in reference.LEFT_OUT and verdict != 'left_out':
            broken.append(f'{n} is {verdict}, not left out')
        if n not in reference.LEFT_OUT and verdict not in ('placed', 'weak'):
            broken.append(f'{n} is {verdict}: {said.tiles[n]["reason"]}')
    homes = {t['panorama'] for t in said.tiles.values() if t['verdict'] in ('placed', 'weak')}
    return broken + ([f'{len(homes)} panoramas instead of one'] if len(homes) != 1 else [])


def focal(said, name):
    t = said.tiles[name]
    return t.get('f_px', said.panoramas[t['panorama']]['f_px'])


def pairs(said, solved, folder, limit):
    """[{a, b, degrees, direct_degrees}]: report against solution; for those beyond the limit report against the pictures too."""
    out, direct = [], reference.Direct(folder)
    names = [n for n in solved if n in said.tiles and said.tiles[n]['verdict'] in ('placed', 'weak')]
    height, width = cv2.imread(os.path.join(folder, names[0]), cv2.IMREAD_GRAYSCALE).shape if names else (0, 0)
    for a, b in itertools.combinations(names, 2):
        if said.tiles[a]['panorama'] != said.tiles[b]['panorama'] or reference.overlap((width, height), solved[a], solved[b]) < SHARE:
            continue
        ra, rb = (np.array(said.tiles[n]['world_from_camera']).reshape(3, 3) for n in (a, b))
        ours, theirs = rb.T @ ra, solved[b][1] @ solved[a][1].T
        pair = dict(a=a, b=b, degrees=float(np.degrees(camera.angle_of(ours.T @ theirs))), direct_degrees=None)
        if pair['degrees'] > limit:
            seen = direct.turn(a, b, focal(said, a), focal(said, b))
            if seen is not None:
                pair['direct_degrees'] = float(np.degrees(camera.angle_of(ours.T @ seen)))
        out.append(pair)
    return out


def check(o):
    try:
        said = reports.load(o.report)
    except (reports.BadReport, OSError, ValueError, KeyError, TypeError) as problem:
        return dict(broken=[f'report: {problem}'])
    found = dict(broken=placing(said, reference.pictures(o.folder)))
    solved = reference.load(o.folder)
    if not solved:
        return found
    placed = [n for n in solved if n in said.tiles and said.tiles[n]['verdict'] in ('placed', 'weak')]
    if not placed:
        return found
    off = 100 * (np.median([focal(said, n) for n in placed]) / np.median([solved[n][0] for n in placed]) - 1)
    found.update(focal_percent=float(off), focal_px=float(np.median([focal(said, n) for n in placed])))
    if abs(off) > o.max_focal:
        found['broken'].append(f'focal length off by {off:.1f} percent')
    every = pairs(said, solved, o.folder, o.max_angle)
    far = [p for p in every if p['degrees'] > o.max_angle]
    doubtful = [p for p in far if p['direct_degrees'] is not None and p['direct_degrees'] <= o.max_angle]
    found.update(pairs=len(every), median_degrees=float(np.median([p['degrees'] for p in every])) if every else None,
                 worst=sorted(every, key=lambda p: -p['degrees'])[:5], doubtful=len(doubtful))
    found['broken'] += [f'{p["a"]} and {p["b"]} are turned {p["degrees"]:.2f} degrees off' for p in far if p not in doubtful]
    return found


def main():
    found = check(arguments())
    print(json.dumps(found, indent=1))
    return 1 if found['broken'] else 0


if __name__ == '__main__':
    sys.exit(main())
