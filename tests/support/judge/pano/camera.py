# SPDX-License-Identifier: MIT
"""How a tile sees the world and how directions are laid flat, written anew from the formulas so that the product's own
code is not judged by itself. Camera: x right, y down, z forward; pixel centres at integers; angles in radians."""
import numpy as np


def about_x(a):
    return np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])


def about_y(a):
    return np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])


def about_z(a):
    return np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])


def looking(yaw, pitch, roll):
    """world_from_camera of a camera that looks right by yaw, up by pitch, turned by roll from x towards y."""
    return about_y(yaw) @ about_x(pitch) @ about_z(roll)


def from_vector(v):
    """The turn about v by its length, right-handed."""
    angle = np.linalg.norm(v)
    if angle < 1e-15:
        return np.eye(3)
    x, y, z = np.asarray(v) / angle
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


def angle_of(r):
    """Radians of a rotation; exact for tiny ones too."""
    s = np.linalg.norm([r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]]) / 2
    return np.arctan2(s, (np.trace(r) - 1) / 2)


def nearest_rotation(m):
    u, _, v = np.linalg.svd(m)
    return u @ np.diag([1, 1, np.sign(np.linalg.det(u @ v))]) @ v


class Brown:
    """r -> r (1 + k1 r^2 + k2 r^4), r in units of the focal length."""

    def __init__(self, k1=0.0, k2=0.0):
        self.k1, self.k2 = k1, k2

    def bend(self, r):
        return r * (1 + r * r * (self.k1 + r * r * self.k2))

    def slope(self, r):
        return 1 + r * r * (3 * self.k1 + 5 * r * r * self.k2)


class PanoTools:
    """Hugin's lens: r -> r (1 - a - b - c + c r + b r^2 + a r^3), r in units of half the shorter side, `unit` focal lengths."""

    def __init__(self, a, b, c, unit):
        self.a, self.b, self.c, self.unit = a, b, c, unit

    def bend(self, r):
        q = r / self.unit
        return r * (1 - self.a - self.b - self.c + q * (self.c + q * (self.b + q * self.a)))

    def slope(self, r):
        q = r / self.unit
        return 1 - self.a - self.b - self.c + q * (2 * self.c + q * (3 * self.b + q * 4 * self.a))


class Tile:
    """One camera: size in pixels, focal length in pixels, a lens, world_from_camera; `middle` unless given is the tile's."""

    def __init__(self, width, height, f, rotation, lens=None, middle=None):
        self.width, self.height, self.f, self.rotation = width, height, f, np.asarray(rotation, float).reshape(3, 3)
        self.lens = lens or Brown()
        self.middle = np.array(middle if middle is not None else [(width - 1) / 2, (height - 1) / 2], float)
        self.reach = self._reach()

    def _reach(self):
        """Largest r up to which the picture still grows by a fifth of what it does in the middle."""
        r = np.linspace(0, 6, 6001)
        bad = np.nonzero(self.lens.slope(r) <= 0.2)[0]
        return r[bad[0]] if len(bad) else np.inf

    def pixels(self, world):
        """Where world directions (N x 3) appear: N x 2, NaN for what this camera cannot see at all."""
        d = np.asarray(world, float) @ self.rotation  # camera_from_world is the transposed matrix
        with np.errstate(divide='ignore', invalid='ignore'):
            u = d[:, :2] / d[:, 2:3]
            r = np.hypot(u[:, 0], u[:, 1])
            scale = np.where(r > 0, self.lens.bend(r) / r, self.lens.slope(0.0))
        p = self.middle + self.f * scale[:, None] * u
        p[(d[:, 2] <= 1e-9) | ~(r <= self.reach)] = np.nan
        return p

    def directions(self, pixels):
        """Unit world directions of pixels (N x 2)."""
        u = (np.asarray(pixels, float) - self.middle) / self.f
        landed = np.hypot(u[:, 0], u[:, 1])
        low, high = np.zeros_like(landed), np.full_like(landed, min(self.reach, 6.0))
        r = np.clip(landed, low, high)
        for _ in range(60):  # Newton between bounds
            off = self.lens.bend(r) - landed
            high, low = np.where(off > 0, r, high), np.where(off > 0, low, r)
            step = r - off / np.maximum(self.lens.slope(r), 1e-3)
            r = np.where((step >= low) & (step <= high), step, (low + high) / 2)
            if np.max(np.abs(off), initial=0) < 1e-13:
                break
        scale = np.where(landed > 0, r / np.where(landed > 0, landed, 1), 1 / self.lens.slope(0.0))
        d = np.column_stack([u * scale[:, None], np.ones(len(u))])
        return (d / np.linalg.norm(d, axis=1, keepdims=True)) @ self.rotation.T

    def holds(self, p, margin=0.0):
        with np.errstate(invalid='ignore'):
            return ((p[:, 0] >= -0.5 + margin) & (p[:, 1] >= -0.5 + margin) & (p[:, 0] <= self.width - 0.5 - margin) &
                    (p[:, 1] <= self.height - 0.5 - margin))

    def grid(self, step):
        """Pixels every `step` or so, in the middles of cells, so that each stands for as much of the tile."""
        nx, ny = max(2, round(self.width / step)), max(2, round(self.height / step))
        x, y = np.meshgrid((np.arange(nx) + 0.5) * self.width / nx - 0.5, (np.arange(ny) + 0.5) * self.height / ny - 0.5)
        return np.column_stack([x.ravel(), y.ravel()])

    def border(self, n=200):
        t = np.linspace(0, 1, n)
        w, h = self.width - 1, self.height - 1
        return np.concatenate([np.column_stack([t * w, 0 * t]), np.column_stack([0 * t + w, t * h]),
                               np.column_stack([w - t * w, 0 * t + h]), np.column_stack([0 * t, h - t * h])])


class Projection:
    """A picture's map: `straighten` = canvas_from_world; (x0, y0) = pixel of longitude 0, latitude 0."""

    def __init__(self, kind, px_per_rad, straighten, x0, y0):
        self.kind, self.s, self.straighten = kind, px_per_rad, np.asarray(straighten, float).reshape(3, 3)
        self.x0, self.y0 = x0, y0

    def world(self, pixels):
        """Unit world directions of canvas pixels (N x 2); NaN beyond the edge of the map."""
        x, y = (pixels[:, 0] - self.x0) / self.s, (pixels[:, 1] - self.y0) / self.s
        if self.kind == 'rectilinear':
            d = np.column_stack([x, y, np.ones_like(x)])
        elif self.kind == 'stereographic':
            d = np.column_stack([x, y, 1 - (x * x + y * y) / 4])
        else:
            lat = {'spherical': -y, 'cylindrical': -np.arctan(y), 'mercator': -np.arctan(np.sinh(y))}[self.kind]
            d = np.column_stack([np.cos(lat) * np.sin(x), -np.sin(lat), np.cos(lat) * np.cos(x)])
            d[np.abs(lat) > np.pi / 2] = np.nan
        return (d / np.linalg.norm(d, axis=1, keepdims=True)) @ self.straighten

    def canvas(self, world):
        d = np.asarray(world, float) @ self.straighten.T
        with np.errstate(divide='ignore', invalid='ignore'):
            level = np.hypot(d[:, 0], d[:, 2])
            lon = np.arctan2(d[:, 0], d[:, 2])
            if self.kind == 'rectilinear':
                x, y = d[:, 0] / d[:, 2], d[:, 1] / d[:, 2]
                x[d[:, 2] < 1e-6] = np.nan
            elif self.kind == 'stereographic':
                x, y = 2 * d[:, 0] / (1 + d[:, 2]), 2 * d[:, 1] / (1 + d[:, 2])
            elif self.kind == 'spherical':
                x, y = lon, np.arctan2(d[:, 1], level)
            elif self.kind == 'cylindrical':
                x, y = lon, d[:, 1] / level
            elif self.kind == 'mercator':
                x, y = lon, np.arcsinh(d[:, 1] / level)
            else:
                raise ValueError(f'no projection is called {self.kind}')
        return np.column_stack([self.x0 + self.s * x, self.y0 + self.s * y])
