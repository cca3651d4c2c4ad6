#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""check_panorama.py REPORT TRUTH_FOLDER [limits]: a panorama's report and picture against the truth of gen_tiles.py (or, poses
alone, of gen_panorama.py). Prints one JSON object; `broken` lists the limits that do not hold; exit 1 when there are any.

  pose     over each true overlap |pixel of b by the report - by the truth| for pixels of a (RMS weighted by area), per pair and worst
  placing  verdicts, panoramas, rows and columns
  gains    what light is left between neighbours after the report's gains
  picture  colour, seams (step, jump, gradient: where tiles overlap against where they do not), people whole or absent"""
import argparse
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pano'))
import appearance
import gains
import geometry
import placing
import report as reports
import truth as truths


def arguments(words=None):
    p = argparse.ArgumentParser(prog='check_panorama.py', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('report')
    p.add_argument('truth')
    p.add_argument('--max-rms', type=float, default=0.3, help='px, over all overlaps with anything to see')
    p.add_argument('--max-link', type=float, default=1.0, help='px RMS of the worst pair')
    p.add_argument('--max-weak', type=float, default=None, help='px RMS of pairs with a featureless tile')
    p.add_argument('--max-focal', type=float, default=None, help='percent')
    p.add_argument('--max-gain', type=float, default=2.0, help='percent RMS')
    p.add_argument('--max-colour', type=float, default=2.0, help='percent RMS in overlaps of the picture')
    p.add_argument('--max-step', type=float, default=1.0, help='1/255: 99th percentile in overlaps, or 1.15 times that elsewhere')
    p.add_argument('--max-jump', type=float, default=0.5, help='px: 95th percentile in overlaps, or 1.5 times that elsewhere')
    p.add_argument('--max-gradient', type=float, default=0.35, help='1/255 per px: 99.9th percentile in overlaps, or 1.5 times that elsewhere')
    p.add_argument('--no-picture', action='store_true')
    p.add_argument('--links', action='store_true', help='also every pair')
    return p.parse_args(words)


def bounds(o, found):
    """Sentences about what does not hold."""
    broken = list(found['placing']['problems'])

    def most(what, value, limit):
        if value is not None and limit is not None and not value <= limit:
            broken.append(f'{what} {value:.3f}, limit {limit:.3f}')

    pose = found['pose']
    if pose['rms_px'] is None and pose['overlaps'] == 0 and len(found['placing']['counts']) and found['placing']['counts'].get('placed', 0) > 1:
        broken.append('no pair could be judged')
    most('pose rms px', pose['rms_px'], o.max_rms)
    most('worst pair px', pose.get('worst_link', {}).get('rms_px'), o.max_link)
    most('featureless pairs px', pose['weak_rms_px'], o.max_weak)
    most('focal length off percent', abs(pose.get('focal_percent', 0)), o.max_focal)
    most('gains rms percent', (found['gains'] or {}).get('rms_percent'), o.max_gain)
    for p in found['pictures']:
        most('colour in overlaps, percent', p['colour']['overlap_rms_percent'], o.max_colour)
        step, jump, gradient = p['step']['p99'], p.get('jump_px', {}).get('p95', {}), p['gradient']['p99.9']
        most('step at seams', step['overlap'], max(o.max_step, 1.15 * (step['elsewhere'] or 0)))
        most('jump at seams, px', jump.get('overlap'), max(o.max_jump, 1.5 * (jump.get('elsewhere') or 0)))
        most('gradient at seams', gradient['overlap'], max(o.max_gradient, 1.5 * (gradient['elsewhere'] or 0)))
        broken += [f'the person of {f["tile"]} is cut ({f["share"]:.2f} shown, {f["ghost"]:.2f} half)' for f in p['figures'] if f['state'] == 'cut']
        if max(abs(v) for v in p.get('shift_px', [0])) > 0.7:
            broken.append(f'the picture does not lie where its projection says: {p["shift_px"]}')
    return broken


def check(o):
    truth = truths.load(o.truth)
    try:
        said = reports.load(o.report)
    except (reports.BadReport, OSError, ValueError, KeyError, TypeError) as problem:
        return dict(broken=[f'report: {problem}'])
    found = dict(pose=geometry.judge(said, truth), placing=placing.judge(said, truth), pictures=[])
    found['gains'] = gains.judge(said, truth, found['pose']['links'])
    if not o.links:
        del found['pose']['links']
    if truth.worlds and not o.no_picture:
        scenes = appearance.Scene(truth)
        homes = {said.tiles[n]['panorama'] for n in geometry.placed(said, truth) if truth.tiles[n].set < len(truth.worlds)}
        found['pictures'] = [appearance.Picture(said, truth, scenes, p).judge() for p in sorted(homes)]
    found['broken'] = bounds(o, found)
    return found


def rounded(value):
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(v) for v in value]
    return float(f'{value:.5g}') if isinstance(value, float) else value


def main():
    found = check(arguments())
    print(json.dumps(rounded(found), indent=1))
    return 1 if found['broken'] else 0


if __name__ == '__main__':
    sys.exit(main())
