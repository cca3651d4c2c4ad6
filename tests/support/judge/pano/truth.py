# SPDX-License-Identifier: MIT
"""What is true of a set of tiles, from gen_tiles.py's truth.json or gen_panorama.py's truth.npz."""
import dataclasses
import glob
import json
import os

import numpy as np

import camera


@dataclasses.dataclass
class TrueTile:
    file: str
    camera: camera.Tile
    set: int = 0
    row: int = None
    col: int = None
    gain: tuple = None
    featureless: bool = False
    expect: tuple = ('placed', 'weak')
    duplicate_of: str = None


@dataclasses.dataclass
class Truth:
    folder: str         # where the tiles are
    tiles: dict         # by file name
    worlds: list        # specs for pano/scene.py; empty: the picture cannot be judged
    over: float = 2.0
    figures: list = dataclasses.field(default_factory=list)
    grid: bool = False
    full: bool = False


def _of_json(path):
    with open(path, encoding='utf-8') as f:
        t = json.load(f)
    at = os.path.dirname(path)
    tiles = {}
    for x in t['tiles']:
        cam = camera.Tile(x['width'], x['height'], x['f'], x['R'], camera.Brown(x['k1'], x['k2']))
        tiles[x['file']] = TrueTile(x['file'], cam, x['set'], x['row'], x['col'], x['gain'], x['featureless'], tuple(x['expect']),
                                    x['duplicate_of'])
    folder = os.path.join(at, 'tiles')
    return Truth(folder if os.path.isdir(folder) else at, tiles, t['worlds'], t['over'], t['figures'], t['grid'], t['full'])


def _of_npz(path):
    t = np.load(path)
    at = os.path.dirname(path)
    names = [os.path.basename(p) for p in sorted(glob.glob(os.path.join(at, 'pano_*.jpg')))]
    tiles = {n: TrueTile(n, camera.Tile(int(t['W']), int(t['H']), float(t['f']), r)) for n, r in zip(names, t['R'])}
    return Truth(at, tiles, [])


def load(folder):
    path = os.path.join(folder, 'truth.json')
    return _of_json(path) if os.path.exists(path) else _of_npz(os.path.join(folder, 'truth.npz'))
