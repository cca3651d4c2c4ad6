# SPDX-License-Identifier: MIT
"""Is every tile accounted for, in the right panorama, row and column, and every stranger named?"""


def judge(report, truth):
    """{problems[], counts{}, ...}: each problem is a sentence."""
    problems, counts = [], {}
    for name, t in truth.tiles.items():
        said = report.tiles.get(name)
        if said is None:
            problems.append(f'{name} is not in the report')
            continue
        counts[said['verdict']] = counts.get(said['verdict'], 0) + 1
        if said['verdict'] not in t.expect:
            problems.append(f'{name} is {said["verdict"]} ({said["reason"]}), not {" or ".join(t.expect)}')
    problems += [f'{name} is no tile of this set' for name in report.tiles if name not in truth.tiles]
    return dict(problems=problems + _sets(report, truth) + _grid(report, truth), counts=counts)


def _placed(report, truth):
    return [(n, t, report.tiles[n]) for n, t in truth.tiles.items()
            if n in report.tiles and report.tiles[n]['verdict'] in ('placed', 'weak')]


def _sets(report, truth):
    homes, guests = {}, {}
    for name, t, said in _placed(report, truth):
        homes.setdefault(t.set, set()).add(said['panorama'])
        guests.setdefault(said['panorama'], set()).add(t.set)
    return ([f'set {s} is spread over panoramas {sorted(p)}' for s, p in homes.items() if len(p) > 1] +
            [f'panorama {p} mixes sets {sorted(s)}' for p, s in guests.items() if len(s) > 1])


def _grid(report, truth):
    """Rows from the top, columns from the left; counted from 0 or 1, and a ring may begin anywhere."""
    if not truth.grid:
        return []
    tiles = [x for x in _placed(report, truth) if x[1].row is not None and x[1].set == 0 and not x[1].duplicate_of]
    without = [n for n, _, said in tiles if said['row'] is None or said['col'] is None]
    if without:
        return [f'{len(without)} of {len(tiles)} tiles have no row and column, {without[0]} for one']
    if not tiles:
        return []
    columns = max(t.col for _, t, _ in tiles) + 1
    row0 = min(said['row'] for _, _, said in tiles) - min(t.row for _, t, _ in tiles)
    first = tiles[0]
    col0 = first[2]['col'] - first[1].col if truth.full else min(s['col'] for _, _, s in tiles) - min(t.col for _, t, _ in tiles)
    wrong = []
    for name, t, said in tiles:
        off = said['col'] - t.col - col0
        if said['row'] - t.row != row0 or (off % columns if truth.full else off):
            wrong.append(f'{name} is row {t.row}, column {t.col}; the report says {said["row"]}, {said["col"]}')
    return wrong
