# SPDX-License-Identifier: MIT
"""Worlds to photograph, drawn from a seed: a map of longitude and latitude in linear light (u16, BGR as OpenCV has it),
twice as fine as the tiles cut from it and without detail finer than a tile can show. Everything is drawn in sizes
of tile pixels, so that each kind is the same task for a tele and for a wide lens.

  texture   noise at all scales and polygons: easy everywhere
  town      sky, houses with windows, a textured ground
  mountain  sky, ridges one behind the other, a smooth snow field
  wall      plaster that hardly shows, few pictures hung on it: little to hold on to
  night     lights on black over a dark, grainy ground"""
import cv2
import numpy as np

KINDS = ('texture', 'town', 'mountain', 'wall', 'night')
LONGEST = 32000  # cv2.remap takes no more pixels a side
BLUR = 1.2       # of the map, in its own pixels


class World:
    def __init__(self, spec, map_u16):
        self.spec, self.map = spec, map_u16

    def coordinates(self, world, near_lon=None):
        """Pixels of the map of unit directions (N x 3), in double; longitudes taken near `near_lon` (radians)."""
        s = self.spec
        lon = np.arctan2(world[:, 0], world[:, 2])
        middle = np.radians((s['lon0'] + s['lon1']) / 2) if near_lon is None else near_lon
        lon = middle + (lon - middle + np.pi) % (2 * np.pi) - np.pi
        lat = np.arctan2(-world[:, 1], np.hypot(world[:, 0], world[:, 2]))
        return np.column_stack([(np.degrees(lon) - s['lon0']) * s['ppd'], (s['lat1'] - np.degrees(lat)) * s['ppd']])

    def pick(self, x, y):
        """The map at float32 coordinates, between its pixels by straight lines: OpenCV's cubic kernel moves even coarse
        detail by up to 0.05 px to and fro, this by 0.006 px at a wavelength of five tile pixels."""
        if self.spec['full']:
            x = np.mod(x, self.map.shape[1])
            return cv2.remap(self.map, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
        return cv2.remap(self.map, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def describe(kind, seed, lon0, lon1, lat0, lat1, ppd, full=False, sky=0.35, flat=()):
    """The spec of a world: degrees, latitudes upwards; `flat` = [[lon, lat], ...] outlines without any detail."""
    if full:
        lon1 = lon0 + 360
        ppd = round(360 * ppd) / 360
    while max((lon1 - lon0), (lat1 - lat0)) * ppd > LONGEST:
        ppd *= 0.98
    if full:
        ppd = round(360 * ppd) / 360
    return dict(kind=kind, seed=int(seed), lon0=float(lon0), lon1=float(lon1), lat0=float(lat0), lat1=float(lat1),
                ppd=float(ppd), full=bool(full), sky=float(sky), flat=[[list(map(float, p)) for p in f] for f in flat])


def _noise(rng, h, w, fine, coarse, fall):
    """Grey noise from `coarse` down to `fine` pixels, each octave `fall` times the one before; deviation 1."""
    size = coarse
    field = None
    weight = 1.0
    while size >= fine:
        gh, gw = h // size + 3, w // size + 3
        field = np.zeros((gh, gw), np.float32) if field is None else cv2.resize(field, (gw, gh), interpolation=cv2.INTER_LINEAR)
        field += weight * rng.standard_normal((gh, gw), dtype=np.float32)
        weight *= fall
        size //= 2
    size *= 2
    field = cv2.resize(field, (gw * size, gh * size), interpolation=cv2.INTER_CUBIC)[:h, :w]
    return field / float(field[::7, ::7].std())


class _Canvas:
    """The map while it is drawn: display values 0 to 65535 in u16, with what crosses the seam of a full circle drawn twice."""

    def __init__(self, h, w, full):
        self.h, self.w, self.full = h, w, full
        self.px = np.empty((h, w, 3), np.uint16)

    def fill(self, grey, tint, contrast, level):
        """level + contrast * (grey noise with some tint), in strips for the sake of memory."""
        for y in range(0, self.h, 256):
            g = cv2.merge([grey[y:y + 256]] * 3)
            at = (y + np.arange(len(g), dtype=np.float32)) / np.float32(8)  # rows of the tint, between two of its own
            i = at.astype(int)
            f = (at - i)[:, None, None]
            t = cv2.resize(tint[i] * (1 - f) + tint[i + 1] * f, (self.w, len(g)), interpolation=cv2.INTER_LINEAR)
            self.px[y:y + 256] = cv2.addWeighted(g, contrast * 52000, t, contrast * 33000, level * 65535, dtype=cv2.CV_16U)

    def polygon(self, points, colour):
        p = np.round(np.asarray(points)).astype(np.int32)
        c = tuple(float(v) * 65535 for v in colour)
        cv2.fillPoly(self.px, [p], c)
        if self.full:
            for shift in (-self.w, self.w):
                q = p + np.array([shift, 0], np.int32)
                if q[:, 0].max() >= 0 and q[:, 0].min() < self.w:
                    cv2.fillPoly(self.px, [q], c)

    def box(self, x0, y0, x1, y1, colour):
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)


def _polygons(rng, c, count, smallest, largest, y0=0, y1=None):
    y1 = c.h if y1 is None else y1
    for _ in range(count):
        r = smallest * (largest / smallest) ** rng.uniform()
        middle = np.array([rng.uniform(0, c.w), rng.uniform(y0, y1)])
        p = middle + r * rng.uniform(-1, 1, (rng.integers(3, 7), 2))
        c.polygon(cv2.convexHull(p.astype(np.float32))[:, 0], rng.uniform(0.1, 0.85, 3))


def _sky(c, horizon, top=(0.80, 0.62, 0.45), low=(0.88, 0.82, 0.76)):
    """Featureless above `horizon` (one y per column): a slow gradient and nothing else."""
    rows = np.linspace(0, 1, c.h, dtype=np.float32)[:, None]
    gradient = (np.array(top, np.float32) * (1 - rows) + np.array(low, np.float32) * rows) * 65535
    deepest = int(min(c.h, horizon.max() + 1))
    for y in range(0, deepest):
        c.px[y, y < horizon] = gradient[y]


def _ridge(rng, w, full, level, height, roughness):
    steps = np.arange(w) / w
    line = np.zeros(w)
    for i in range(1, 40):
        k = i if full else i * 0.73
        line += rng.normal() * i ** -roughness * np.sin(2 * np.pi * (k * steps + rng.uniform()))
    return level + height * line / np.abs(line).max()


def _town(rng, c, sky, over):
    horizon = np.full(c.w, c.h * sky)
    _sky(c, horizon)
    x = -100.0
    while x < c.w:
        w, h = over * rng.uniform(70, 260), over * rng.uniform(40, 330)
        foot = c.h * sky + over * rng.uniform(20, 140)
        wall = rng.uniform(0.3, 0.8, 3)
        top = foot - h
        c.box(x, top, x + w, foot, wall)
        if rng.uniform() < 0.6:
            c.polygon([(x - 6 * over, top), (x + w + 6 * over, top), (x + w / 2, top - 0.3 * w)], rng.uniform(0.12, 0.5, 3))
        step = over * rng.uniform(18, 34)
        glass = rng.uniform(0.05, 0.3, 3)
        for wy in np.arange(top + step * 0.5, foot - step, step):
            for wx in np.arange(x + step * 0.4, x + w - step * 0.6, step):
                if rng.uniform() < 0.9:
                    c.box(wx, wy, wx + step * 0.5, wy + step * rng.uniform(0.5, 0.62), np.clip(glass + rng.uniform(-.04, .3) * (rng.uniform() < .3), .03, .9))
        x += w * rng.uniform(0.7, 1.15)
    _polygons(rng, c, int(c.w * c.h * (1 - sky) / (over * 90) ** 2), 4 * over, 60 * over, c.h * sky + min(140 * over, 0.3 * c.h * (1 - sky)))


def _mountain(rng, c, sky, over, full):
    first = _ridge(rng, c.w, full, c.h * (sky + 0.05), over * 90, 1.2)
    _sky(c, first)
    snow = _ridge(rng, c.w, full, c.h * min(0.95, sky + 0.35), over * 60, 1.4)
    bottom = np.minimum(snow + 420 * over, c.h)
    for x in range(c.w):  # a smooth field of snow below the second ridge
        a, b = int(max(0, snow[x])), int(bottom[x])
        c.px[a:b, x] = np.array([0.9, 0.88, 0.86]) * 65535
    _polygons(rng, c, int(c.w * c.h * 0.4 / (over * 120) ** 2), 3 * over, 40 * over, c.h * (sky + 0.1), c.h * (sky + 0.3))


def _wall(rng, c, over):
    for _ in range(max(3, int(c.w * c.h / (over * 420) ** 2))):
        x, y = rng.uniform(0, c.w), rng.uniform(0, c.h)
        w, h = over * rng.uniform(30, 130), over * rng.uniform(30, 130)
        c.box(x - 6, y - 6, x + w + 6, y + h + 6, rng.uniform(0.1, 0.3, 3))
        c.box(x, y, x + w, y + h, rng.uniform(0.5, 0.85, 3))
        for _ in range(12):
            p = np.array([x, y]) + rng.uniform(0, 1, (3, 2)) * [w, h]
            c.polygon(p, rng.uniform(0.1, 0.85, 3))


def _night(rng, c, over, sky):
    for _ in range(int(c.w * c.h / (over * 70) ** 2)):
        x, y = rng.uniform(0, c.w), rng.uniform(0, c.h)
        r = over * rng.uniform(0.6, 2.0) if y < c.h * sky else over * rng.uniform(1.0, 4.5)
        a = np.linspace(0, 2 * np.pi, 12)
        c.polygon(np.column_stack([x + r * np.cos(a), y + r * np.sin(a)]), np.array([.7, .85, 1.]) * rng.uniform(0.2, 0.9))


def _flatten(px, spec, horizon_level):
    """Outlines without detail: what is inside becomes one smooth colour."""
    for outline in spec['flat']:
        p = np.array([[(lon - spec['lon0']) * spec['ppd'], (spec['lat1'] - lat) * spec['ppd']] for lon, lat in outline])
        for shift in ((-px.shape[1], 0, px.shape[1]) if spec['full'] else (0,)):
            cv2.fillPoly(px, [np.round(p + [shift, 0]).astype(np.int32)], tuple(v * 65535 for v in horizon_level))


def build(spec, over=2.0):
    """Draws the world of a spec; the same pixels for the same spec."""
    rng = np.random.default_rng([spec['seed'], KINDS.index(spec['kind'])])
    w, h = int(round((spec['lon1'] - spec['lon0']) * spec['ppd'])), int(np.ceil((spec['lat1'] - spec['lat0']) * spec['ppd']))
    kind, full = spec['kind'], spec['full']
    more = 512 if full else 0
    grey = _noise(rng, h, w + more, 2, 512, 0.72)
    if full:
        mix = np.linspace(0, 1, more, dtype=np.float32)
        grey[:, :more] = grey[:, :more] * mix + grey[:, w:] * (1 - mix)
        grey = grey[:, :w]
    tint = cv2.merge([_noise(rng, h // 8 + 3, w // 8 + 40, 2, 64, 0.8) for _ in range(3)])
    if full:
        mix = np.linspace(0, 1, 40, dtype=np.float32)[None, :, None]
        tint[:, :40] = tint[:, :40] * mix + tint[:, w // 8:w // 8 + 40] * (1 - mix)
    tint = np.ascontiguousarray(tint[:, :max(1, w // 8)])
    c = _Canvas(h, w, full)
    contrast, level = {'texture': (0.15, 0.43), 'town': (0.11, 0.40), 'mountain': (0.10, 0.38), 'wall': (0.004, 0.62),
                       'night': (0.012, 0.06)}[kind]
    c.fill(grey, tint, contrast, level)
    del grey
    if kind == 'texture':
        _polygons(rng, c, int(w * h / (over * 110) ** 2), 4 * over, 80 * over)
    elif kind == 'town':
        _town(rng, c, spec['sky'], over)
    elif kind == 'mountain':
        _mountain(rng, c, spec['sky'], over, full)
    elif kind == 'wall':
        _wall(rng, c, over)
    else:
        _night(rng, c, over, spec['sky'])
    _flatten(c.px, spec, (0.80, 0.74, 0.66) if kind != 'night' else (0.03, 0.03, 0.03))
    return World(spec, _finish(c.px, spec))


def _finish(px, spec):
    """Band limited - along rows more towards the poles, where the map is stretched - and to linear light."""
    h = px.shape[0]
    out = np.empty_like(px)
    most = max(abs(spec['lat0']), abs(spec['lat1']))
    strip = h if most < 15 else 64
    for y in range(0, h, strip):
        a, b = max(0, y - 16), min(h, y + strip + 16)
        lat = np.radians(spec['lat1'] - (y + strip / 2) / spec['ppd']) if strip < h else 0.0
        part = px[a:b]
        if spec['full']:
            part = cv2.copyMakeBorder(part, 0, 0, 32, 32, cv2.BORDER_WRAP)
        soft = cv2.GaussianBlur(part, (0, 0), sigmaX=BLUR / max(0.2, np.cos(lat)), sigmaY=BLUR)
        if spec['full']:
            soft = soft[:, 32:-32]
        soft = soft[y - a:y - a + min(strip, h - y)]
        out[y:y + strip] = cv2.multiply(soft, soft, scale=0.7 / 65535)
    return out
