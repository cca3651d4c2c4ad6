# SPDX-License-Identifier: MIT
"""Where the tiles of a set look, in which order they are taken and what their files are called."""
import datetime

import numpy as np

LAYOUTS = ('grid', 'ring', 'handheld')
ORDERS = ('row', 'serpentine', 'column', 'column-serpentine', 'bottom-up', 'shuffled')
NAMES = ('row_col', 'col_row', 'rXcY', 'counter', 'timestamp', 'dwarf', 'random')


def place(layout, rows, cols, hfov, vfov, overlap, jitter, roll, rng, pitch=0.0):
    """[{row, col, yaw, pitch, roll}] in degrees, row by row from the upper left; handheld has no rows and columns."""
    out = []
    if layout == 'handheld':
        jitter, roll = max(jitter, 0.07), max(roll, 2.0)
    for j in range(rows):
        for i in range(cols):
            yaw = i * 360 / cols if layout == 'ring' else (i - (cols - 1) / 2) * hfov * (1 - overlap)
            tilt = pitch + ((rows - 1) / 2 - j) * vfov * (1 - overlap)
            out.append(dict(row=j, col=i, yaw=yaw + rng.normal(0, jitter * hfov), pitch=tilt + rng.normal(0, jitter * vfov),
                            roll=rng.normal(0, roll) if roll else 0.0))
    if layout == 'handheld':
        for tile in out:
            tile['row'] = tile['col'] = None
    return out


def order(tiles, how, rows, cols, rng):
    """Indices of `tiles` (row by row) as they are taken."""
    at = np.arange(rows * cols).reshape(rows, cols)
    if how == 'serpentine':
        at[1::2] = at[1::2, ::-1].copy()
    elif how == 'bottom-up':
        at = at[::-1]
    elif how == 'column':
        at = at.T
    elif how == 'column-serpentine':
        at = at.T.copy()
        at[1::2] = at[1::2, ::-1].copy()
    flat = at.ravel()
    return list(rng.permutation(flat)) if how == 'shuffled' else [int(i) for i in flat]


class Names:
    """Gives each tile its file name (without its ending), in the order they are taken."""

    def __init__(self, kind, rng):
        self.kind, self.rng, self.n = kind, rng, 0
        self.clock = datetime.datetime(2026, 10, 10, 19, 4, 11, 250000)
        self.used = set()

    def next(self, row, col):
        self.n += 1
        self.clock += datetime.timedelta(seconds=float(self.rng.uniform(3, 8)))
        if row is None and self.kind in ('row_col', 'col_row', 'rXcY'):
            name = f'extra_{self.n}'
        elif self.kind == 'row_col':
            name = f'{row}_{col}'
        elif self.kind == 'col_row':
            name = f'{col}_{row}'
        elif self.kind == 'rXcY':
            name = f'pano_r{row + 1:02d}_c{col + 1:02d}'
        elif self.kind == 'timestamp':
            name = self.clock.strftime('%Y%m%d_%H%M%S')
        elif self.kind == 'dwarf':
            name = 'DWARF_PANORAMA_' + self.clock.strftime('%Y-%m-%d-%H-%M-%S-') + f'{self.clock.microsecond // 1000:03d}'
        elif self.kind == 'random':
            name = ''.join(self.rng.choice(list('abcdefghijkmnpqrstuvwxyz'), 8))
        else:
            name = f'IMG_{self.n:04d}'
        while name in self.used:
            name += 'b'
        self.used.add(name)
        return name

    def exif_time(self):
        return self.clock.strftime('%Y:%m:%d %H:%M:%S')
