# SPDX-License-Identifier: MIT
"""Are the tiles where they should be? For each pair that overlaps in truth and lies in one panorama of the report: a pixel of
a is looked up in b once by the report, once by the truth; the difference in pixels of b is the error. No common turn of all
tiles can change that."""
import itertools

import numpy as np

import camera

STEP = 24         # pixels of a between points
LEAST_SHARE = 0.01  # of a tile; smaller overlaps are not judged
LOST_PX = 1e4     # where the report sees a point nowhere in b


def placed(report, truth):
    return [n for n, t in report.tiles.items() if t['verdict'] in ('placed', 'weak') and n in truth.tiles]


def _pair(a, b, report_a, report_b):
    """Errors (N x 2) of points of a in b, and the pixels of a each stands for; None without an overlap."""
    points = a.grid(STEP)
    right = b.pixels(a.directions(points))
    seen = b.holds(right)
    if seen.sum() < max(4, LEAST_SHARE * len(points)):
        return None
    said = report_b.pixels(report_a.directions(points[seen]))
    error = said - right[seen]
    error[~np.isfinite(error).all(1)] = LOST_PX
    return np.clip(error, -LOST_PX, LOST_PX), a.width * a.height / len(points)


def links(report, truth):
    """[{a, b, weight, rms_px, worst_px, mean, featureless}] of every true overlap within a panorama, both ways joined."""
    names = placed(report, truth)
    said = {n: report.camera_of(n, truth.tiles[n].camera) for n in names}
    out = []
    for a, b in itertools.combinations(names, 2):
        ta, tb = truth.tiles[a], truth.tiles[b]
        if ta.set != tb.set or report.tiles[a]['panorama'] != report.tiles[b]['panorama']:
            continue
        axis = ta.camera.rotation[:, 2] @ tb.camera.rotation[:, 2]
        reach = sum(np.arctan(np.hypot(t.camera.width, t.camera.height) / 2 / t.camera.f * 1.2) for t in (ta, tb))
        if np.arccos(np.clip(axis, -1, 1)) > reach:
            continue
        halves = [h for h in (_pair(ta.camera, tb.camera, said[a], said[b]), _pair(tb.camera, ta.camera, said[b], said[a])) if h]
        if not halves:
            continue
        errors = np.concatenate([e for e, _ in halves])
        weight = sum(len(e) * w for e, w in halves)
        d = np.hypot(*errors.T)
        out.append(dict(a=a, b=b, weight=float(weight), rms_px=float(np.sqrt(np.mean(d ** 2))), worst_px=float(d.max()),
                        mean=[float(v) for v in halves[0][0].mean(0)], featureless=bool(ta.featureless or tb.featureless)))
    return out


def _rms(of):
    weight = sum(l['weight'] for l in of)
    return float(np.sqrt(sum(l['weight'] * l['rms_px'] ** 2 for l in of) / weight)) if weight else None


def judge(report, truth):
    every = links(report, truth)
    strong = [l for l in every if not l['featureless']]
    out = dict(overlaps=len(every), rms_px=_rms(strong), weak_rms_px=_rms([l for l in every if l['featureless']]))
    if strong:
        worst = max(strong, key=lambda l: l['rms_px'])
        out['worst_link'] = {k: worst[k] for k in ('a', 'b', 'rms_px', 'worst_px', 'mean')}
        out['worst_px'] = max(l['worst_px'] for l in strong)
        out['median_link_px'] = float(np.median([l['rms_px'] for l in strong]))
    names = placed(report, truth)
    if names:
        f = [report.camera_of(n, truth.tiles[n].camera).f / truth.tiles[n].camera.f - 1 for n in names]
        out['focal_percent'] = float(100 * np.median(f))
    out['links'] = sorted(every, key=lambda l: -l['rms_px'])
    return out


def truth_from_report(report, truth, panorama):
    """The rotation that brings the report's world nearest to the truth's, by the placed tiles of one panorama and of its most
    frequent true set; with that set."""
    names = [n for n in placed(report, truth) if report.tiles[n]['panorama'] == panorama]
    sets = [truth.tiles[n].set for n in names]
    common = max(set(sets), key=sets.count)
    names = [n for n in names if truth.tiles[n].set == common and not truth.tiles[n].featureless] or names
    m = sum(truth.tiles[n].camera.rotation @ np.array(report.tiles[n]['world_from_camera'], float).reshape(3, 3).T for n in names)
    return camera.nearest_rotation(m), common
