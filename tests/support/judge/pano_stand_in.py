#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""pano_stand_in.py TRUTH_FOLDER OUT.png [faults]: a panorama made from the truth itself, with its report, by the simplest means;
with errors of known size on request, so that the judge can be seen to find each of them. OUT.json is the report."""
import argparse
import json
import os
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pano'))
import camera
import picture_files
import truth as truths


def arguments(words=None):
    p = argparse.ArgumentParser(prog='pano_stand_in.py', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('truth')
    p.add_argument('out')
    p.add_argument('--kind', default='spherical')
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--turn', type=float, default=20.0, help='degrees the whole report is turned: no error')
    p.add_argument('--pose-noise', type=float, default=0.0, help='px of each tile and axis')
    p.add_argument('--shift', default='', help='FILE:PX moves one tile to the right')
    p.add_argument('--focal', type=float, default=0.0, help='percent')
    p.add_argument('--gain-noise', type=float, default=0.0, help='percent, in report and picture')
    p.add_argument('--feather', type=float, default=80, help='px over which neighbours are mixed; 0: none')
    p.add_argument('--keep-vignetting', action='store_true')
    p.add_argument('--drop', default='', help='FILE is left out')
    p.add_argument('--swap', default='', help='FILE,FILE change rows and columns')
    p.add_argument('--offset', type=float, default=0.0, help='px the picture lies beside what its report says')
    p.add_argument('--mean', action='store_true', help='overlaps are plain means: people become ghosts')
    p.add_argument('--no-picture', action='store_true')
    return p.parse_args(words)


class Maker:
    def __init__(self, o):
        self.o, self.truth, self.rng = o, truths.load(o.truth), np.random.default_rng(o.seed)
        self.names = [n for n, t in self.truth.tiles.items() if 'placed' in t.expect and n != o.drop]
        self.sets = sorted({self.truth.tiles[n].set for n in self.names})
        self.gauge = camera.from_vector(np.radians(o.turn) * np.array([0.6, 0.64, 0.48])) if o.turn else np.eye(3)
        self.cameras, self.gains = {}, {}
        for n in self.names:
            t = self.truth.tiles[n]
            c = t.camera
            px = self.rng.normal(0, o.pose_noise, 3) if o.pose_noise else np.zeros(3)
            if o.shift.startswith(n + ':'):
                px[1] += float(o.shift.rpartition(':')[2])
            wrong = camera.from_vector(np.array([px[0], px[1], px[2] * 0.3]) / c.f)
            self.cameras[n] = camera.Tile(c.width, c.height, c.f * (1 + o.focal / 100), self.gauge.T @ c.rotation @ wrong, c.lens)
            true = np.array(t.gain if t.gain else [1, 1, 1])
            self.gains[n] = np.exp(self.rng.normal(0, o.gain_noise / 100)) / true if o.gain_noise else 1 / true

    def report(self):
        o = self.o
        tiles, panoramas = [], []
        swap = o.swap.split(',') if o.swap else []
        for n, t in self.truth.tiles.items():
            there = n in self.cameras
            of = self.truth.tiles[swap[1 - swap.index(n)]] if n in swap else t
            tiles.append(dict(file='tiles/' + n, panorama=self.sets.index(t.set) if there else None,
                              verdict=('weak' if t.featureless else 'placed') if there else t.expect[-1] if n != o.drop else 'left_out',
                              reason='' if there else 'no overlap', row=of.row, col=of.col,
                              world_from_camera=[float(v) for v in self.cameras[n].rotation.ravel()] if there else None,
                              gain=[float(v) for v in self.gains[n]] if there else None, pose_rms_px=0.1))
        for i, s in enumerate(self.sets):
            flat, w, h = self.canvas(s)
            c = next(self.cameras[n] for n in self.names if self.truth.tiles[n].set == s)
            image = o.out if i == 0 else f'{os.path.splitext(o.out)[0]}-{i + 1}.png'
            if not o.no_picture:
                picture_files.write(image, self.paint(s, flat, w, h), 'png16')
            panoramas.append(dict(image=os.path.basename(image), width=w, height=h, crop='none', f_px=c.f, k1=c.lens.k1, k2=c.lens.k2,
                                  projection=dict(kind=flat.kind, lon0_deg=0, lat0_deg=0, px_per_deg=flat.s * np.pi / 180,
                                                  straighten=[float(v) for v in flat.straighten.ravel()],
                                                  x0=flat.x0 + o.offset, y0=flat.y0)))
        return dict(panoramas=panoramas, tiles=tiles, links=[])

    def canvas(self, s):
        """Straightened as the truth is."""
        names = [n for n in self.names if self.truth.tiles[n].set == s]
        flat = camera.Projection(self.o.kind, self.cameras[names[0]].f, self.gauge, 0, 0)
        at = np.concatenate([flat.canvas(self.cameras[n].directions(self.cameras[n].border(100))) for n in names])
        low, high = np.floor(at.min(0)), np.ceil(at.max(0))
        if flat.kind in ('spherical', 'cylindrical', 'mercator') and high[0] - low[0] > 6.1 * flat.s:
            low[0], high[0] = np.floor(-np.pi * flat.s), np.floor(np.pi * flat.s)
        flat.x0, flat.y0 = -low[0], -low[1]
        return flat, int(high[0] - low[0]) + 1, int(high[1] - low[1]) + 1

    def paint(self, s, flat, w, h):
        """Each pixel from the tiles whose edge is furthest, mixed over `feather` pixels."""
        o = self.o
        total, weights = np.zeros((h, w, 3), np.float32), np.zeros((h, w), np.float32)
        y, x = np.mgrid[0:h, 0:w]
        world = flat.world(np.column_stack([x.ravel(), y.ravel()]).astype(float))
        best = np.full((h, w), -1e9, np.float32)
        layers = []
        for n in self.names:
            if self.truth.tiles[n].set != s:
                continue
            c = self.cameras[n]
            at = np.float32(np.clip(np.nan_to_num(c.pixels(world), nan=-1e5), -1e5, 1e5).reshape(h, w, 2))
            inside = np.minimum(np.minimum(at[..., 0], c.width - 1 - at[..., 0]), np.minimum(at[..., 1], c.height - 1 - at[..., 1]))
            # upright, as its EXIF has it
            picture = picture_files.linear_of(cv2.imread(os.path.join(self.truth.folder, n), cv2.IMREAD_COLOR | cv2.IMREAD_ANYDEPTH))
            if not o.keep_vignetting:
                gy, gx = np.mgrid[0:c.height, 0:c.width]
                q = ((gx - c.middle[0]) ** 2 + (gy - c.middle[1]) ** 2) / (c.middle ** 2).sum()
                picture /= np.float32(1 - self.vignetting() * q)[..., None]
            picture *= np.float32(self.gains[n][::-1])
            seen = cv2.remap(picture, at[..., 0], at[..., 1], cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)
            layers.append((inside, seen))
            best = np.maximum(best, inside)
        for inside, seen in layers:
            if o.mean:
                weight = (inside >= 0).astype(np.float32)
            elif o.feather:
                weight = np.clip(1 - (best - inside) / o.feather, 0, 1) * (inside >= 0)
            else:
                weight = ((inside == best) & (inside >= 0)).astype(np.float32)
            total += seen * weight[..., None]
            weights += weight
        return total / np.maximum(weights, 1e-6)[..., None]

    def vignetting(self):
        with open(os.path.join(self.o.truth, 'truth.json'), encoding='utf-8') as f:
            return json.load(f)['vignetting']


def main(words=None):
    o = arguments(words)
    made = Maker(o).report()
    with open(os.path.splitext(o.out)[0] + '.json', 'w', encoding='utf-8') as f:
        json.dump(made, f, indent=1)


if __name__ == '__main__':
    main()
