# SPDX-License-Identifier: MIT
"""The picture against the picture it should be: the world laid flat by the report's own projection. Whether a seam can be seen
is asked where tiles overlap and, for comparison, where only one tile was there to be shown. Three ways in which it may show:

  step      the light changes from one side to the other: differences of means over 15 x 15 pixels of picture - truth
  jump      what continues is displaced: local displacements against the truth, their change over 32 pixels
  gradient  edges that are not there in truth: the gradient of picture - truth

Step and gradient are in 1/255 of a square-root (display-like) scale, with the truth displaced as the picture is."""
import cv2
import numpy as np

import geometry
import picture_files
import renderer
import scene

COARSE = 8     # pixels between points at which tiles are counted
EDGE = 24      # pixels from where the picture ends or tiles end that count as neither
FLOOR = 0.003  # of white: darker than this no ratio of light is formed


class Scene:
    """The worlds of a truth, drawn when first asked for."""

    def __init__(self, truth):
        self.truth, self._worlds = truth, {}

    def world(self, number):
        if number not in self._worlds:
            self._worlds[number] = scene.build(self.truth.worlds[number], self.truth.over)
        return self._worlds[number]


def count_tiles(report, truth, panorama, flat, width, height):
    """How many placed tiles see each canvas pixel by the report (u8)."""
    w, h = -(-width // COARSE) + 1, -(-height // COARSE) + 1
    x, y = np.meshgrid((np.arange(w) + 0.5) * COARSE - 0.5, (np.arange(h) + 0.5) * COARSE - 0.5)
    world = flat.world(np.column_stack([x.ravel(), y.ravel()]).astype(float))
    count = np.zeros(w * h, np.uint8)
    for name in geometry.placed(report, truth):
        if report.tiles[name]['panorama'] == panorama:
            cam = report.camera_of(name, truth.tiles[name].camera)
            ahead = np.nonzero(world @ cam.rotation[:, 2] > 0.2)[0]
            count[ahead] += cam.holds(cam.pixels(world[ahead]))
    big = cv2.resize(count.reshape(h, w).astype(np.float32), (w * COARSE, h * COARSE), interpolation=cv2.INTER_NEAREST)
    return big[:height, :width].astype(np.uint8)


def _inner(mask, by):
    """Without the outermost `by` pixels of each area."""
    return cv2.erode(mask.astype(np.uint8), np.ones((2 * by + 1, 2 * by + 1), np.uint8), borderValue=0) > 0


def _percentile(values, mask, q):
    picked = values[mask]
    if picked.size > 4_000_000:
        picked = picked[::picked.size // 4_000_000 + 1]
    return float(np.percentile(picked, q)) if picked.size > 500 else None


def _step(difference):
    """The larger of the differences of means right and left, above and below."""
    mean = cv2.boxFilter(difference, -1, (15, 15))
    dx = np.zeros_like(mean)
    dy = np.zeros_like(mean)
    dx[:, 8:-8] = np.abs(mean[:, 16:] - mean[:, :-16])
    dy[8:-8] = np.abs(mean[16:] - mean[:-16])
    return np.maximum(dx, dy)


def _displacement(picture, true, blur, window):
    """Local displacement of `picture` against `true` (grey) over `window` pixels by least squares, and how well it is known (px)."""
    if blur:
        picture, true = cv2.GaussianBlur(picture, (0, 0), blur), cv2.GaussianBlur(true, (0, 0), blur)
    gx, gy = cv2.Sobel(true, -1, 1, 0, scale=1 / 8), cv2.Sobel(true, -1, 0, 1, scale=1 / 8)

    def mean(a):
        return cv2.boxFilter(a, -1, (window, window))

    r = picture - true
    r, gx, gy = r - mean(r), gx - mean(gx), gy - mean(gy)
    xx, xy, yy = mean(gx * gx), mean(gx * gy), mean(gy * gy)
    xr, yr = mean(gx * r), mean(gy * r)
    det = xx * yy - xy * xy
    with np.errstate(divide='ignore', invalid='ignore'):
        dx, dy = -(yy * xr - xy * yr) / det, -(xx * yr - xy * xr) / det
        least = (xx + yy - np.sqrt((xx - yy) ** 2 + 4 * xy * xy)) / 2
        # By the noise of the whole picture: what does not fit at one place (a seam) must not hide itself.
        noise = max(float(np.median(mean(r * r)[::4, ::4])), 1e-10)
        known = np.sqrt(noise / np.maximum(least, 1e-12) / (window * window / 4))
    bad = ~np.isfinite(dx) | ~np.isfinite(dy)
    dx[bad], dy[bad], known[bad] = 0, 0, np.inf
    return dx, dy, known


def _moved(true, dx, dy):
    """`true` displaced so: what a picture with these displacements shows."""
    y, x = np.mgrid[0:true.shape[0], 0:true.shape[1]].astype(np.float32)
    return cv2.remap(true, x - dx, y - dy, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)


def _two_steps(picture, true):
    """Displacement first of coarse, then of fine detail, its precision, and `true` moved by it."""
    dx, dy, known = _displacement(picture, true, 4, 65)
    trust = np.float32((known < 0.2) & (np.hypot(dx, dy) < 8))
    weight = np.maximum(cv2.blur(trust, (65, 65)), 1e-3)
    dx, dy = (np.float32(cv2.blur(np.float32(d * trust), (65, 65)) / weight) for d in (dx, dy))
    for _ in range(2):
        moved = _moved(true, dx, dy)
        mx, my, known = _displacement(picture, moved, 0, 33)
        fine = (known < 0.1) & (np.hypot(mx, my) < 2)
        dx, dy = dx + np.where(fine, np.float32(mx), 0), dy + np.where(fine, np.float32(my), 0)
    return dx, dy, known, _moved(true, dx, dy)


def _jump(dx, dy, good):
    """Change of the displacement over 32 pixels, where it is known on both sides."""
    out = np.full(dx.shape, np.nan, np.float32)
    both = good[:, 32:] & good[:, :-32]
    j = np.hypot(dx[:, 32:] - dx[:, :-32], dy[:, 32:] - dy[:, :-32])
    out[:, 16:-16][both] = j[both]
    both = good[32:] & good[:-32]
    j = np.hypot(dx[32:] - dx[:-32], dy[32:] - dy[:-32])
    middle = out[16:-16]
    middle[both] = np.fmax(middle[both], j[both])
    return out


class Map:
    """Which direction of the truth a canvas pixel of the report should show: through the tiles that are there, by the report
    into their pixels, by the truth out of them, each the more the further from its edge. So a focal length which is off -
    hardly anything tells it in a tele set - and errors of pose, which are judged for themselves, move the true picture along."""

    def __init__(self, report, truth, panorama, flat, gauge):
        self.flat, self.gauge = flat, gauge
        names = [n for n in geometry.placed(report, truth) if report.tiles[n]['panorama'] == panorama]
        self.pairs = {n: (report.camera_of(n, truth.tiles[n].camera), truth.tiles[n].camera) for n in names}

    def __call__(self, pixels):
        world = self.flat.world(pixels)
        world[~np.isfinite(world[:, 0])] = [0, 0, 1]
        total, weights = np.zeros_like(world), np.zeros(len(world))
        for said, true in self.pairs.values():
            ahead = np.nonzero(world @ said.rotation[:, 2] > 0.2)[0]
            if not len(ahead):
                continue
            p = said.pixels(world[ahead])
            out = np.abs(2 * (p + 0.5) / [said.width, said.height] - 1).max(1)
            near = np.isfinite(out) & (out < 2)
            ahead, p, out = ahead[near], p[near], out[near]
            weight = np.maximum(1 - out, 0) ** 2 + 1e-6 * np.exp(-8 * out)
            total[ahead] += weight[:, None] * true.directions(p)
            weights[ahead] += weight
        lost = weights == 0
        total[lost] = world[lost] @ self.gauge.T
        return total / np.linalg.norm(total, axis=1, keepdims=True)

    def canvas(self, direction, name):
        """Where the report puts a direction of the truth that tile `name` sees."""
        said, true = self.pairs[name]
        return self.flat.canvas(said.directions(true.pixels(direction)))[0]


class Picture:
    """One panorama of a report, with all that is needed to judge it."""

    def __init__(self, report, truth, scenes, panorama):
        self.report, self.truth, self.panorama = report, truth, panorama
        stored = cv2.imread(report.image_of(panorama), cv2.IMREAD_UNCHANGED)
        if stored is None:
            raise OSError(f'{report.image_of(panorama)} cannot be read')
        if stored.ndim == 2:
            stored = np.repeat(stored[..., None], 3, 2)
        self.height, self.width = stored.shape[:2]
        self.opaque = stored[..., 3] == np.iinfo(stored.dtype).max if stored.shape[2] == 4 and stored.dtype != np.float32 else (
            stored[..., 3] >= 1 if stored.shape[2] == 4 else np.ones(stored.shape[:2], bool))
        self.linear = picture_files.linear_of(stored[..., :3])
        self.flat = report.projection_of(panorama)
        self.gauge, self.set = geometry.truth_from_report(report, truth, panorama)
        self.world = scenes.world(self.set)
        self.map = Map(report, truth, panorama, self.flat, self.gauge)
        self.true = renderer.lay_flat(self.world, self.map, self.width, self.height)
        count = count_tiles(report, truth, panorama, self.flat, self.width, self.height)
        self.count = np.where(self.opaque, count, 0).astype(np.uint8)
        self.gain = self._fit_gain()

    def _fit_gain(self):
        """The picture's own exposure and white balance, which are its free choice: one factor a colour."""
        ok = (self.count > 0)[::4, ::4]
        out = []
        for c in range(3):
            t, p = self.true[::4, ::4, c], self.linear[::4, ::4, c]
            good = ok & (t > FLOOR) & (p > FLOOR) & (p < 0.95)
            out.append(float(np.median(p[good] / t[good])) if good.sum() > 100 else 1.0)
        return out

    def figure_mask(self):
        """Where somebody stood in any tile, and what is judged together with that."""
        mask = np.zeros((self.height, self.width), np.uint8)
        for f in self.truth.figures:
            x, y, r = self.figure_place(f)
            if np.isfinite(x):
                cv2.circle(mask, (int(x), int(y)), int(r) + EDGE, 1, -1)
        return mask > 0

    def figure_place(self, f):
        """Middle and half height in pixels."""
        lon, lat = np.radians(f['lon']), np.radians(f['lat'])
        d = np.array([[np.cos(lat) * np.sin(lon), -np.sin(lat), np.cos(lat) * np.cos(lon)]])
        if f['tile'] not in self.map.pairs:
            return np.nan, np.nan, 0.0
        said, true = self.map.pairs[f['tile']]
        x, y = self.map.canvas(d, f['tile'])
        return x, y, np.radians(f['height']) / 2 * self.flat.s * 1.1 * true.f / said.f

    def judge(self):
        covered = self.count > 0
        uncovered = float(1 - covered.mean())
        usable = _inner(covered, EDGE) & ~self.figure_mask()
        overlap, alone = usable & (self.count > 1), usable & (self.count == 1)
        overlap = _inner(overlap, 2)
        alone = _inner(alone, EDGE)
        gain = np.array(self.gain, np.float32)
        fitted = self.linear / gain
        safe = (fitted > FLOOR).all(2) & (self.true > FLOOR).all(2) & (self.linear < 0.97).all(2)
        ratio = np.where(safe[..., None], np.log(np.maximum(fitted, FLOOR) / np.maximum(self.true, FLOOR)), 0).astype(np.float32)
        soft = cv2.GaussianBlur(np.clip(ratio, -1, 1), (0, 0), 8)
        up = self.gauge @ self.flat.straighten.T @ [0, -1, 0]
        tilt = float(np.degrees(np.arccos(np.clip(-up[1], -1, 1))))
        out = dict(size=[self.width, self.height], uncovered=uncovered, tilt_deg=tilt, overlap_share=float(overlap.mean()),
                   colour=self._colour(soft, overlap & safe, alone & safe))
        shown, wanted = (np.sqrt(np.maximum(cv2.transform(p, np.full((1, 3), 1 / 3, np.float32)), 0)) for p in (fitted, self.true))
        shown = np.where(_inner(covered, COARSE), shown, wanted)  # the edge of the picture is no edge in it
        dx, dy, known, moved = _two_steps(shown, wanted)
        out['step'] = self._both(_step(255 * (shown - moved)), overlap, alone, (99, 99.9))
        difference = cv2.GaussianBlur(shown - moved, (0, 0), 2)  # less of the noise, which differs from place to place
        edges = 255 * cv2.magnitude(cv2.Sobel(difference, -1, 1, 0, scale=1 / 8), cv2.Sobel(difference, -1, 0, 1, scale=1 / 8))
        out['gradient'] = self._both(edges, overlap, alone, (99, 99.9))
        good = usable & (known < 0.07)
        if good.sum() > 500:
            out['shift_px'] = [float(np.median(dx[good])), float(np.median(dy[good]))]
            out['displacement_rms_px'] = float(np.sqrt(np.mean(dx[good] ** 2 + dy[good] ** 2)))
            jump = _jump(dx, dy, good)
            known_jump = np.isfinite(jump)
            out['jump_px'] = self._both(jump, overlap & known_jump, alone & known_jump, (50, 95))
        out['figures'] = [self.judge_figure(f) for f in self.truth.figures if self._shown(f)]
        return out

    def _colour(self, soft, overlap, alone):
        def rms(mask):
            return float(100 * np.sqrt(np.mean(soft[mask] ** 2))) if mask.sum() > 500 else None

        return dict(overlap_rms_percent=rms(overlap), alone_rms_percent=rms(alone),
                    overlap_p99_percent=_percentile(100 * np.abs(soft).max(2), overlap, 99))

    @staticmethod
    def _both(values, overlap, alone, percentiles):
        out = {}
        for q in percentiles:
            a, b = _percentile(values, overlap, q), _percentile(values, alone, q)
            out[f'p{q}'] = dict(overlap=a, elsewhere=b, ratio=a / b if a is not None and b else None)
        return out

    def _shown(self, f):
        said = self.report.tiles.get(f['tile'])
        return f['kind'] == 'person' and said and said['verdict'] in ('placed', 'weak') and said['panorama'] == self.panorama

    def judge_figure(self, f):
        """{tile, state: whole | absent | cut | outside, share, ghost}: of the pixels of a person, how many show it, how many half."""
        import figures as people
        x, y, r = self.figure_place(f)
        x0, y0, x1, y1 = int(x - r), int(y - r), int(x + r) + 1, int(y + r) + 1
        out = dict(tile=f['tile'], lon=f['lon'], lat=f['lat'])
        if not np.isfinite(x) or x0 < 0 or y0 < 0 or x1 > self.width or y1 > self.height or not self.opaque[y0:y1, x0:x1].all():
            return dict(out, state='outside')
        make = lambda g: people.person(g['seed'], g['lon'], g['lat'], g['height'])
        block = np.s_[y0:y1, x0:x1]
        lay = lambda who: renderer.lay_flat(self.world, self.map, x1 - x0, y1 - y0, who, x0, y0)
        empty, full = self.true[block], lay([make(f)])
        others = [g for g in self.truth.figures if g is not f and g['kind'] == 'person']
        near = [g for g in others if abs(g['lon'] - f['lon']) < 2 * f['height'] and abs(g['lat'] - f['lat']) < 2 * f['height']]
        apart = np.abs(full - empty).max(2) > 0.04
        if near:
            apart &= np.abs(lay([make(g) for g in near]) - empty).max(2) < 0.02
        if apart.sum() < 50:
            return dict(out, state='hidden')
        move = np.sqrt(np.maximum(full, 0)) - np.sqrt(np.maximum(empty, 0))
        seen = np.sqrt(np.maximum(self.linear[block] / np.array(self.gain, np.float32), 0)) - np.sqrt(np.maximum(empty, 0))
        length = np.maximum((move ** 2).sum(2), 1e-5)
        share = cv2.blur(np.float32((seen * move).sum(2) / length * apart), (3, 3)) / np.maximum(cv2.blur(np.float32(apart), (3, 3)), 1e-3)
        inside = apart & (cv2.blur(np.float32(apart), (3, 3)) > 0.6)
        shown = float((share[inside] > 0.7).mean())
        ghost = float(((share[inside] > 0.3) & (share[inside] <= 0.7)).mean())
        state = 'cut'
        if shown > 0.85:
            state = 'whole'
        elif shown < 0.07 and ghost < 0.1:
            state = 'absent'
        return dict(out, state=state, share=shown, ghost=ghost)
