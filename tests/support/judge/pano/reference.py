# SPDX-License-Identifier: MIT
"""The independent solutions that come with some real sets: global_paras.mat (MATLAB 5) of the Robust Elastic Warping data.

`paras` holds, for N pictures in the order of their file names, N focal lengths and then N - 1 rotation vectors (Rodrigues) of the
pictures after the first. Found out by trying every convention on matched SIFT features: camera_from_first, axes x right, y down,
z forward as ours (median residual 0.6 to 4 px; the next best convention 4 to 85 px), focal lengths in pixels of the stored
pictures - but of REW_riverbank (2160 wide) in pixels of half the size: 3.8 px with twice the number, 405 px without.
How good they are: of neighbours matched directly with the reference's focal lengths, most agree with it to 0.5 degrees; in
NISwGSP-denny (a full circle with a bent lens, which the reference does not model) three of fourteen pairs differ by 1.8 to 2.3
degrees, and a pair by itself would like a focal length 20 % longer."""
import os

import cv2
import numpy as np
import scipy.io

STORED_BY_SOLVED = {'REW_riverbank': 2}  # size of the stored pictures by that of those which were solved
LEFT_OUT = {'weir_noise.jpg'}            # a picture of noise among those of a weir


def pictures(folder):
    return sorted(n for n in os.listdir(folder) if n.lower().endswith(('.jpg', '.jpeg', '.png')))


def load(folder):
    """{file: (focal length in px, camera_from_world)}, or nothing without a solution."""
    path = os.path.join(folder, 'global_paras.mat')
    if not os.path.exists(path):
        return None
    p = scipy.io.loadmat(path)['paras'].ravel()
    names = pictures(folder)
    n = len(names)
    if len(p) != n + 3 * (n - 1):
        raise ValueError(f'{path}: {len(p)} numbers for {n} pictures')
    scale = STORED_BY_SOLVED.get(os.path.basename(os.path.normpath(folder)), 1)
    turns = [np.zeros(3), *p[n:].reshape(-1, 3)]
    return {name: (scale * f, cv2.Rodrigues(np.asarray(t))[0]) for name, f, t in zip(names, p[:n], turns)}


def overlap(size, a, b):
    """Share of picture a that b sees, both (focal length, camera_from_world) and of one size (width, height)."""
    w, h = size
    x, y = np.meshgrid(np.linspace(0, w - 1, 24), np.linspace(0, h - 1, 24))
    d = np.column_stack([(x.ravel() - (w - 1) / 2) / a[0], (y.ravel() - (h - 1) / 2) / a[0], np.ones(x.size)]) @ (b[1] @ a[1].T).T
    with np.errstate(divide='ignore', invalid='ignore'):
        u = b[0] * d[:, :2] / d[:, 2:]
    return float(((d[:, 2] > 0) & (np.abs(u[:, 0]) < w / 2) & (np.abs(u[:, 1]) < h / 2)).mean())


class Direct:
    """What two pictures by themselves say of the turn between them, given their focal lengths: SIFT, homography, Horn."""

    def __init__(self, folder):
        self.folder, self.features = folder, {}

    def _of(self, name):
        if name not in self.features:
            grey = cv2.imread(os.path.join(self.folder, name), cv2.IMREAD_GRAYSCALE)
            grey_size = grey.shape[::-1]
            self.features[name] = (*cv2.SIFT_create(3000).detectAndCompute(grey, None), grey_size)
        return self.features[name]

    def turn(self, a, b, fa, fb):
        """b_from_a, or nothing where fewer than 25 features agree."""
        (ka, da, sa), (kb, db, sb) = self._of(a), self._of(b)
        m = [x for x, y in cv2.BFMatcher().knnMatch(da, db, k=2) if x.distance < 0.7 * y.distance]
        if len(m) < 25:
            return None
        pa, pb = np.float32([ka[x.queryIdx].pt for x in m]), np.float32([kb[x.trainIdx].pt for x in m])
        _, good = cv2.findHomography(pa, pb, cv2.RANSAC, 3)
        if good is None or good.sum() < 25:
            return None
        good = good.ravel() > 0

        def rays(p, f, size):
            d = np.column_stack([(p[good] - (np.array(size) - 1) / 2) / f, np.ones(good.sum())])
            return d / np.linalg.norm(d, axis=1, keepdims=True)

        u, _, v = np.linalg.svd(rays(pb, fb, sb).T @ rays(pa, fa, sa))
        return u @ np.diag([1, 1, np.sign(np.linalg.det(u @ v))]) @ v
