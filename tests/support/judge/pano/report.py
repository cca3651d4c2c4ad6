# SPDX-License-Identifier: MIT
"""A panorama report as in contracts.md section 8, checked while it is read. Fields of peers that ours lacks are understood too:
a tile's own f_px, k1, k2, or `hugin` [a, b, c] with `middle`."""
import dataclasses
import json
import math
import os

import numpy as np

import camera

VERDICTS = ('placed', 'weak', 'left_out', 'failed')


class BadReport(Exception):
    """The report breaks its contract."""


@dataclasses.dataclass
class Report:
    raw: dict
    folder: str
    panoramas: list
    tiles: dict   # by base name
    links: list

    def camera_of(self, name, true_camera):
        """The report's idea of a tile; sizes are the truth's, for the report has none."""
        t = self.tiles[name]
        p = self.panoramas[t['panorama']]
        w, h = true_camera.width, true_camera.height
        f = t.get('f_px', p['f_px'])
        if 'hugin' in t:
            lens = camera.PanoTools(*t['hugin'], unit=min(w, h) / 2 / f)
        else:
            lens = camera.Brown(t.get('k1', p['k1']), t.get('k2', p['k2']))
        return camera.Tile(w, h, f, t['world_from_camera'], lens, t.get('middle'))

    def projection_of(self, panorama):
        """The map of its picture as written: (x0, y0) is the pixel of (lon0, lat0)."""
        p = self.panoramas[panorama]['projection']
        flat = camera.Projection(p['kind'], p['px_per_deg'] * 180 / math.pi, p['straighten'], 0, 0)
        lon, lat = math.radians(p['lon0_deg']), math.radians(p['lat0_deg'])
        there = np.array([[math.cos(lat) * math.sin(lon), -math.sin(lat), math.cos(lat) * math.cos(lon)]]) @ flat.straighten
        at = flat.canvas(there)[0]  # where (lon0, lat0) is, counted from longitude 0, latitude 0
        flat.x0, flat.y0 = p['x0'] - at[0], p['y0'] - at[1]
        return flat

    def image_of(self, panorama):
        path = self.panoramas[panorama]['image']
        return path if os.path.isabs(path) else os.path.join(self.folder, path)


def _need(condition, what):
    if not condition:
        raise BadReport(what)


def _rotation(values, what):
    _need(isinstance(values, list) and len(values) == 9 and all(isinstance(v, (int, float)) and math.isfinite(v) for v in values), what)
    m = np.array(values, float).reshape(3, 3)
    _need(np.abs(m @ m.T - np.eye(3)).max() < 1e-5 and np.linalg.det(m) > 0, what + ' is no rotation')


def load(path):
    with open(path, encoding='utf-8') as f:
        raw = json.load(f)
    for key in ('panoramas', 'tiles', 'links'):
        _need(isinstance(raw.get(key), list), f'no list {key}')
    for i, p in enumerate(raw['panoramas']):
        for key in ('image', 'projection', 'width', 'height', 'crop', 'f_px', 'k1', 'k2'):
            _need(key in p, f'panorama {i} has no {key}')
        for key in ('kind', 'lon0_deg', 'lat0_deg', 'px_per_deg', 'straighten', 'x0', 'y0'):
            _need(key in p['projection'], f'the projection of panorama {i} has no {key}')
        _rotation(p['projection']['straighten'], f'straighten of panorama {i}')
    tiles = {}
    for t in raw['tiles']:
        for key in ('file', 'panorama', 'verdict', 'reason', 'world_from_camera', 'row', 'col', 'gain', 'pose_rms_px'):
            _need(key in t, f'tile {t.get("file")} has no {key}')
        name = os.path.basename(t['file'])
        _need(name not in tiles, f'{name} stands twice')
        _need(t['verdict'] in VERDICTS, f'{name}: verdict {t["verdict"]}')
        if t['verdict'] in ('placed', 'weak'):
            _need(isinstance(t['panorama'], int) and 0 <= t['panorama'] < len(raw['panoramas']), f'{name}: panorama {t["panorama"]}')
            _rotation(t['world_from_camera'], f'{name}: world_from_camera')
            _need(len(t['gain']) == 3 and all(v > 0 and math.isfinite(v) for v in t['gain']), f'{name}: gain')
        else:
            _need(bool(t['reason']), f'{name}: no reason')
        tiles[name] = t
    for link in raw['links']:
        for key in ('a', 'b', 'source', 'inliers', 'rms_px', 'weak'):
            _need(key in link, f'a link has no {key}')
        _need(link['source'] in ('feature', 'phase', 'grid'), f'link source {link["source"]}')
    return Report(raw, os.path.dirname(os.path.abspath(path)), raw['panoramas'], tiles, raw['links'])
