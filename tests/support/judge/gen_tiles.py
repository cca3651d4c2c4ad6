#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""gen_tiles.py OUT [options]: photographs a world drawn from a seed with a camera that is known exactly. Writes OUT/tiles
and OUT/truth.json (also truth.npz with the fields that ../tools/gen_panorama.py has). --help lists the options; pano/ holds the parts.

truth.json: world (or worlds), tiles[]{file, set, row, col, yaw, pitch, roll (degrees), R (world_from_camera, row-major), f, k1, k2, width,
height (upright), gain[3] (R, G, B: what the scene's linear light was multiplied with), featureless, expect[] (verdicts that are
right), duplicate_of}, figures[]{tile, kind, seed, lon, lat, height}, vignetting, grid (whether rows and columns can be known)."""
import argparse
import concurrent.futures
import json
import os
import shutil
import sys

import cv2
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'pano'))
import camera
import figures
import layouts
import picture_files
import renderer
import scene

OVER = 2.0  # map pixels per tile pixel


def arguments(words=None):
    p = argparse.ArgumentParser(prog='gen_tiles.py', description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('out')
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--scene', choices=scene.KINDS, default='texture')
    p.add_argument('--sky', type=float, default=0.35, help='share of the world that is sky (town, mountain)')
    p.add_argument('--layout', choices=layouts.LAYOUTS, default='grid')
    p.add_argument('--rows', type=int, default=3)
    p.add_argument('--cols', type=int, default=3)
    p.add_argument('--overlap', type=float, default=0.3)
    p.add_argument('--pitch', type=float, default=0.0, help='degrees above the horizon of the middle of the set')
    p.add_argument('--jitter', type=float, default=0.02, help='deviation of the pointing, share of the field of view')
    p.add_argument('--roll', type=float, default=0.25, help='deviation, degrees')
    p.add_argument('--hfov', type=float, default=40.0)
    p.add_argument('--size', default='1920x1080')
    p.add_argument('--k1', type=float, default=0.0)
    p.add_argument('--k2', type=float, default=0.0)
    p.add_argument('--order', choices=layouts.ORDERS, default='row')
    p.add_argument('--names', choices=layouts.NAMES, default='row_col')
    p.add_argument('--exposure', type=float, default=0.04, help='deviation of the natural logarithm')
    p.add_argument('--white-balance', type=float, default=0.0, help='the same of each colour')
    p.add_argument('--vignetting', type=float, default=0.10, help='light lost in the corners')
    p.add_argument('--noise', type=float, default=2.0, help='deviation in 8-bit steps at middle grey')
    p.add_argument('--format', choices=sorted(picture_files.EXTENSION), default='jpg')
    p.add_argument('--quality', type=int, default=92)
    p.add_argument('--exif', choices=('none', 'focal', 'focal35', 'wrong'), default='none')
    p.add_argument('--orientation', default='1', help='EXIF orientation 1 to 8, or mixed (JPEG)')
    p.add_argument('--featureless', type=float, default=0.0, help='share of tiles that show nothing')
    p.add_argument('--where', choices=('top', 'random'), default='top', help='which tiles those are')
    p.add_argument('--black', type=int, default=0, help='so many tiles are black (a lens cap)')
    p.add_argument('--white', type=int, default=0)
    p.add_argument('--figures', type=int, default=0, help='so many people, each at another place in two neighbours')
    p.add_argument('--parallax', type=float, default=0.0, help='pixels a near pole moves from column to column')
    p.add_argument('--duplicates', type=int, default=0)
    p.add_argument('--stray', type=int, default=0, help='pictures of other places')
    p.add_argument('--second', type=int, default=0, help='a second set of so many columns in the same folder')
    p.add_argument('--truncate', type=int, default=0, help='so many files are cut off in the middle')
    p.add_argument('--portrait', type=int, default=0, help='every so manyth tile is taken upright (width and height change places)')
    p.add_argument('--half', type=int, default=0, help='every so manyth tile has half the size')
    p.add_argument('--flat-names', action='store_true', help='files straight in OUT, truth beside')
    p.add_argument('--reference', action='store_true', help='also OUT/reference.png: the world laid flat (spherical, 16 bit)')
    o = p.parse_args(words)
    o.width, o.height = (int(v) for v in o.size.lower().split('x'))
    return o


class Set:
    """Tiles of one world and how they are taken."""

    def __init__(self, o, number, layout, rows, cols, kind, rng):
        self.number, self.rows, self.cols = number, rows, cols
        self.f = o.width / 2 / np.tan(np.radians(o.hfov / 2))
        vfov = 2 * np.degrees(np.arctan(o.height / 2 / self.f))
        self.tiles = layouts.place(layout, rows, cols, o.hfov, vfov, o.overlap, o.jitter, o.roll, rng, o.pitch)
        self.grid = layout != 'handheld'
        for n, t in enumerate(self.tiles):
            w, h, f = o.width, o.height, self.f
            if o.portrait and n % o.portrait == o.portrait - 1:
                w, h = h, w
            if o.half and n % o.half == o.half - 1:
                w, h, f = w // 2, h // 2, f / 2
            t['camera'] = camera.Tile(w, h, f, camera.looking(*np.radians([t['yaw'], t['pitch'], t['roll']])),
                                      camera.Brown(o.k1, o.k2))
            t['featureless'] = False
        self.flat = self._flatten(o, rng) if number == 0 else []
        self.spec = self._spec(o, kind)
        self.world = None

    def _flatten(self, o, rng):
        count = round(o.featureless * len(self.tiles))
        chosen = list(range(count)) if o.where == 'top' else [int(i) for i in rng.choice(len(self.tiles), count, replace=False)]
        outlines = []
        for i in chosen:
            t = self.tiles[i]
            t['featureless'] = True
            c = t['camera']
            wider = camera.Tile(c.width, c.height, c.f / 1.03, c.rotation, c.lens)
            outlines.append(self._angles(wider.directions(wider.border(60)), t['yaw']))
        return outlines

    @staticmethod
    def _angles(d, yaw):
        lon = np.degrees(np.arctan2(d[:, 0], d[:, 2]))
        lon = yaw + (lon - yaw + 180) % 360 - 180
        return np.column_stack([lon, np.degrees(np.arctan2(-d[:, 1], np.hypot(d[:, 0], d[:, 2])))])

    def _spec(self, o, kind):
        all_angles = np.concatenate([self._angles(t['camera'].directions(t['camera'].border(80)), t['yaw']) for t in self.tiles])
        low, high = all_angles.min(0), all_angles.max(0)
        if max(abs(low[1]), abs(high[1])) > 80:
            raise SystemExit('gen_tiles.py: tiles must not come near the poles')
        more = 0.02 * (high - low) + 8 * np.degrees(1 / self.f)
        low, high = low - more, high + more
        full = high[0] - low[0] >= 355
        return scene.describe(kind, o.seed * 10 + self.number, low[0], high[0], low[1], high[1],
                              OVER * np.radians(1) * self.f, full, o.sky, self.flat)


def light(o, rng):
    return np.exp(rng.normal(0, o.exposure) + (rng.normal(0, o.white_balance, 3) if o.white_balance else np.zeros(3)))


def expose(o, world, tile, seen_figures, gain, noise_seed):
    """The photograph with everything a camera adds to it; float32 BGR, linear."""
    c = tile['camera']
    picture = renderer.photograph(world, c, seen_figures)
    y, x = np.ogrid[0:c.height, 0:c.width]
    q = ((x - (c.width - 1) / 2) ** 2 + (y - (c.height - 1) / 2) ** 2) / (((c.width - 1) ** 2 + (c.height - 1) ** 2) / 4)
    fall = np.float32(1 - o.vignetting * q)
    for channel in range(3):
        picture[..., channel] *= fall * np.float32(gain[2 - channel])
    if o.noise:
        rng = np.random.default_rng(noise_seed)
        sigma = np.float32(o.noise / 255 * 0.2158 ** 0.5833 * 2.4 / 1.055)  # of linear light at middle grey
        spread = np.sqrt(np.maximum(picture, 0) * np.float32(0.8 / 0.2158) + np.float32(0.2))  # photons and reading
        picture += sigma * spread * rng.standard_normal(picture.shape, dtype=np.float32)
    return picture


def plan_figures(o, main_set, rng):
    """{tile index: [truth of a figure]}: each person stands at one place in a tile and 0.6 of its height further in the next."""
    out = {}
    t, step = main_set.tiles, np.degrees(1 / main_set.f)
    height = 0.3 * o.height * step
    pairs = [(j * main_set.cols + i, j * main_set.cols + i + 1) for j in range(main_set.rows) for i in range(main_set.cols - 1)]
    rng.shuffle(pairs)
    for k, (a, b) in enumerate(pairs[:o.figures]):
        lon = (t[a]['yaw'] + t[b]['yaw']) / 2
        lat = (t[a]['pitch'] + t[b]['pitch']) / 2 + rng.uniform(-0.1, 0.1) * o.height * step
        apart = 0.55 * height
        for tile, shift in ((a, -apart / 2), (b, apart / 2)):
            out.setdefault(tile, []).append(dict(kind='person', seed=o.seed * 100 + k, lon=float(lon + shift), lat=float(lat),
                                                 height=float(height)))
    if o.parallax:
        for n, tile in enumerate(t):
            for i in range(main_set.cols - 1):
                lon = (t[i]['yaw'] + t[i + 1]['yaw']) / 2 - o.parallax * step * (tile['col'] - (main_set.cols - 1) / 2 if tile['col'] is not None else n)
                out.setdefault(n, []).append(dict(kind='pole', seed=o.seed * 100 + 50 + i, lon=float(lon), lat=float(o.pitch),
                                                  height=float(0.5 * o.height * step)))
    return out


def make_figure(f):
    return getattr(figures, f['kind'])(f['seed'], f['lon'], f['lat'], f['height'])


def segment_of(o, orientation, time):
    if o.exif == 'none' and orientation == 1:
        return b''
    equivalent = 36 / 2 / np.tan(np.radians(o.hfov) / 2) * (1.6 if o.exif == 'wrong' else 1)
    focal = None if o.exif == 'none' else equivalent / 5.0
    focal35 = equivalent if o.exif in ('focal35', 'wrong') else None
    return picture_files.exif(orientation, focal, focal35, time)


class Folder:
    """Writes tiles and collects what is true of them."""

    def __init__(self, o):
        self.o, self.path = o, os.path.join(o.out, 'tiles')
        shutil.rmtree(self.path, ignore_errors=True)
        os.makedirs(self.path)
        self.names = layouts.Names(o.names, np.random.default_rng([o.seed, 9]))
        self.rng = np.random.default_rng([o.seed, 10])
        self.tiles, self.figures = [], []

    def add(self, pool, set_, index, seen, expect, blank=None, plain_name=None):
        """Puts one exposure to work; gives its truth."""
        o, t = self.o, set_.tiles[index]
        gain, c = light(o, self.rng), t['camera']
        name = self.names.next(t['row'] if plain_name is None else None, t['col']) + picture_files.EXTENSION[o.format]
        orientation = int(self.rng.integers(1, 9)) if o.orientation == 'mixed' else int(o.orientation)
        if o.format != 'jpg':
            orientation = 1
        noise_seed = [o.seed, 11, len(self.tiles)]
        segment = segment_of(o, orientation, self.names.exif_time())
        truth = dict(file=name, set=set_.number, row=t['row'], col=t['col'], yaw=t['yaw'], pitch=t['pitch'], roll=t['roll'],
                     R=[float(v) for v in c.rotation.ravel()], f=float(c.f), k1=o.k1, k2=o.k2, width=c.width, height=c.height,
                     gain=[float(v) for v in gain], featureless=bool(t['featureless'] or blank is not None), expect=expect,
                     duplicate_of=None)
        self.tiles.append(truth)
        self.figures += [dict(f, tile=name) for f in seen]

        def work():
            if blank is None:
                picture = expose(o, set_.world, t, [make_figure(f) for f in seen], gain, noise_seed)
            else:
                picture = np.full((c.height, c.width, 3), blank, np.float32)
            picture_files.write(os.path.join(self.path, name), picture, o.format, o.quality, segment, orientation)

        return truth, pool.submit(work)


def everything(o):
    rng = np.random.default_rng([o.seed, 8])
    folder = Folder(o)
    main_set = Set(o, 0, o.layout, o.rows, o.cols, o.scene, rng)
    main_set.world = scene.build(main_set.spec, OVER)
    seen = plan_figures(o, main_set, rng)
    good = ['placed', 'weak']
    named = main_set.grid
    blanks = {}
    plain = [i for i, t in enumerate(main_set.tiles) if not t['featureless']]
    for value, count in ((0.0, o.black), (1.0, o.white)):
        for i in rng.choice(plain, count, replace=False) if count else []:
            blanks[int(i)] = value
            plain.remove(i)
    jobs = []
    with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        for i in layouts.order(main_set.tiles, o.order, o.rows, o.cols, rng):
            expect = good if named or not (main_set.tiles[i]['featureless'] or i in blanks) else good + ['left_out']
            jobs.append(folder.add(pool, main_set, i, seen.get(i, []), expect, blanks.get(i)))
        for k in range(o.duplicates):
            i = int(rng.integers(len(main_set.tiles)))
            of = next(t['file'] for t in folder.tiles if t['yaw'] == main_set.tiles[i]['yaw'])
            truth, job = folder.add(pool, main_set, i, seen.get(i, []), good + ['left_out'], blanks.get(i), plain_name=True)
            truth['duplicate_of'] = of
            jobs.append((truth, job))
        specs = [main_set.spec]
        for k in range(o.stray):
            other = Set(o, 100 + k, 'handheld', 1, 1, scene.KINDS[k % 2], rng)
            other.world = scene.build(other.spec, OVER)
            jobs.append(folder.add(pool, other, 0, [], ['left_out']))
        if o.second:
            other = Set(o, 1, 'handheld' if o.layout == 'handheld' else 'grid', 1, o.second, 'town' if o.scene != 'town' else 'texture', rng)
            other.world = scene.build(other.spec, OVER)
            specs.append(other.spec)
            jobs += [folder.add(pool, other, i, [], good) for i in range(o.second)]
        for _, job in jobs:
            job.result()
    for k in range(o.truncate):
        t = folder.tiles[(7 * k + 1) % len(folder.tiles)]
        path = os.path.join(folder.path, t['file'])
        os.truncate(path, os.path.getsize(path) // 2)
        t['expect'] = ['failed', 'left_out']
    if o.flat_names:
        for t in folder.tiles:
            os.replace(os.path.join(folder.path, t['file']), os.path.join(o.out, t['file']))
        os.rmdir(folder.path)
    told = named and (o.names in ('row_col', 'col_row', 'rXcY') or (o.order != 'shuffled' and o.names != 'random'))
    truth = dict(schema=1, worlds=specs, over=OVER, tiles=folder.tiles, figures=folder.figures, vignetting=o.vignetting,
                 grid=told, full=main_set.spec['full'], rows=o.rows, cols=o.cols,
                 options={k: v for k, v in vars(o).items() if k != 'out'})
    with open(os.path.join(o.out, 'truth.json'), 'w', encoding='utf-8') as f:
        json.dump(truth, f, indent=1)
    mine = [t for t in folder.tiles if t['set'] == 0]
    np.savez(os.path.join(o.out, 'truth.npz'), ypr=[[t['yaw'], -t['pitch'], t['roll']] for t in mine],
             R=np.array([t['R'] for t in mine]).reshape(-1, 3, 3), f=main_set.f, hfov=o.hfov, W=o.width, H=o.height,
             files=[t['file'] for t in mine])
    if o.reference:
        write_reference(o, main_set)
    return truth


def write_reference(o, set_):
    s = set_.spec
    ppd = s['ppd'] / OVER
    flat = camera.Projection('spherical', np.degrees(ppd), np.eye(3), -s['lon0'] * ppd, s['lat1'] * ppd)
    w, h = int((s['lon1'] - s['lon0']) * ppd), int((s['lat1'] - s['lat0']) * ppd)
    picture = renderer.lay_flat(set_.world, flat.world, w, h)
    picture_files.write(os.path.join(o.out, 'reference.png'), picture, 'png16')


def main():
    o = arguments()
    os.makedirs(o.out, exist_ok=True)
    truth = everything(o)
    print(f'{len(truth["tiles"])} tiles in {o.out}')


if __name__ == '__main__':
    cv2.setNumThreads(max(1, os.cpu_count() or 1))
    main()
