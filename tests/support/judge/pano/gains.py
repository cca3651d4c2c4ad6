# SPDX-License-Identifier: MIT
"""Would the report's gains make neighbours equally bright? `gain` of a tile is what its linear light is multiplied with (R, G, B)
to fit the others; true gains are what the camera multiplied the scene with. Vignetting is not in these figures."""
import numpy as np


def judge(report, truth, links):
    """RMS and worst of the ratio that is left between two tiles, in percent, over true overlaps and colours."""
    worst, squares, weights = (0.0, None), [], []
    for link in links:
        if link['featureless']:
            continue
        a, b = link['a'], link['b']
        if truth.tiles[a].gain is None:
            return None
        left = np.log(np.array(report.tiles[a]['gain'], float) * truth.tiles[a].gain) - np.log(
            np.array(report.tiles[b]['gain'], float) * truth.tiles[b].gain)
        squares.append(np.mean(left ** 2))
        weights.append(link['weight'])
        worst = max(worst, (float(100 * np.abs(left).max()), [a, b]), key=lambda w: w[0])
    if not squares:
        return None
    return dict(rms_percent=float(100 * np.sqrt(np.average(squares, weights=weights))), worst_percent=worst[0], worst_link=worst[1])
