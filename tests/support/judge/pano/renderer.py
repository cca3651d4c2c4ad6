# SPDX-License-Identifier: MIT
"""Photographs of a world by a camera, and the same world laid flat by a projection: what a right panorama shows."""
import cv2
import numpy as np
from scipy.interpolate import CubicSpline

SAMPLES = 5  # a pixel is the mean of as many points, on a lattice whose columns and rows are all different
NODE = 16    # exact directions every so many pixels, splines between
_OFFSETS = [((i + 0.5) / SAMPLES - 0.5, ((2 * i) % SAMPLES + 0.5) / SAMPLES - 0.5) for i in range(SAMPLES)]


def _nodes(n):
    """From before the first pixel to behind the last."""
    return -1 + NODE * np.arange(max(4, int(np.ceil((n + 1) / NODE)) + 1), dtype=float)


def _maps(width, height, of_pixels):
    """For each offset the coordinates of_pixels(N x 2) -> N x 2, as two float32 pictures."""
    nx, ny = _nodes(width), _nodes(height)
    gx, gy = np.meshgrid(nx, ny)
    nodes = of_pixels(np.column_stack([gx.ravel(), gy.ravel()])).reshape(len(ny), len(nx), 2)
    along = CubicSpline(nx, nodes, axis=1)
    for ox, oy in _OFFSETS:
        rows = along(np.arange(width) + ox)
        yield [np.float32(CubicSpline(ny, rows[..., i])(np.arange(height) + oy)) for i in (0, 1)]


class Figure:
    """Something near that stands before the world: upright, drawn in its own small picture, placed by longitude and
    latitude of its middle (degrees) with a height (degrees)."""

    def __init__(self, picture, alpha, lon, lat, height_deg):
        self.picture, self.alpha, self.lon, self.lat, self.height = picture, alpha, lon, lat, height_deg

    def over(self, world, out, x, y):
        """Drawn into `out` (float32), whose pixels see map coordinates x, y."""
        s = world.spec
        scale = self.picture.shape[0] / (self.height * s['ppd'])  # its pixels per map pixel
        cx, cy = (self.lon - s['lon0']) * s['ppd'], (s['lat1'] - self.lat) * s['ppd']
        around = max(self.picture.shape[:2]) / 2 / scale + 2
        dx = x - np.float32(cx)
        if s['full']:
            turn = np.float32(360 * s['ppd'])
            dx = dx - turn * np.round(dx / turn)
        near = (np.abs(dx) < around) & (np.abs(y - np.float32(cy)) < around)
        rows, columns = np.nonzero(near.any(1))[0], np.nonzero(near.any(0))[0]
        if not len(rows):
            return
        part = np.s_[rows[0]:rows[-1] + 1, columns[0]:columns[-1] + 1]
        u = np.float32(dx[part] * scale + (self.picture.shape[1] - 1) / 2)
        v = np.float32((y[part] - np.float32(cy)) * scale + (self.picture.shape[0] - 1) / 2)
        a = cv2.remap(self.alpha, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)[..., None]
        out[part] = out[part] * (1 - a) + a * cv2.remap(self.picture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _shade(world, width, height, of_pixels, figures):
    out = np.zeros((height, width, 3), np.float32)
    for x, y in _maps(width, height, of_pixels):
        seen = world.pick(x, y)
        if figures:
            seen = np.float32(seen) * np.float32(1 / 65535)
            for figure in figures:
                figure.over(world, seen, x, y)
            cv2.accumulate(seen, out)
        else:
            cv2.accumulate(seen, out)
    out *= np.float32(1 / SAMPLES if figures else 1 / 65535 / SAMPLES)
    return out


def photograph(world, tile, figures=()):
    """What `tile` (camera.Tile) sees in linear light, without its own faults: float32, height x width x BGR."""
    middle = tile.directions(tile.middle[None])[0]
    lon = np.arctan2(middle[0], middle[2])
    return _shade(world, tile.width, tile.height, lambda p: world.coordinates(tile.directions(p), lon), figures)


def lay_flat(world, directions, width, height, figures=(), x0=0, y0=0):
    """The block of a panorama whose first pixel is (x0, y0): `directions` turns canvas pixels (N x 2) to directions of the truth.
    In pieces narrow enough for longitudes not to jump."""
    out = np.zeros((height, width, 3), np.float32)
    for x in range(0, width, 512):
        for y in range(0, height, 512):
            w, h = min(512, width - x), min(512, height - y)
            at = np.array([x0 + x, y0 + y])
            middle = directions(np.array([[w / 2, h / 2]]) + at)[0]
            lon = np.arctan2(middle[0], middle[2])
            out[y:y + h, x:x + w] = _shade(world, w, h, lambda p, at=at, lon=lon: world.coordinates(directions(p + at), lon), figures)
    return out
