#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""add_trails.py NIGHT FRAME,FRAME,.. : lets a satellite cross these frames (counted from 1) of a night that gen_night.py
made in its plain layout, with photon noise and the sensor's steps, and adds the trails to truth.npz for quality.py."""
import os, sys
import numpy as np
from astropy.io import fits

PEAK_E, WIDTH_PX = 150., 1.6  # as gen_night.py: electrons per pixel on the line, sigma across


def main():
    night, frames = sys.argv[1], [int(f) for f in sys.argv[2].split(',')]
    with np.load(night + '/truth.npz') as t:
        truth = {k: t[k] for k in t.files}
    w, h = int(truth['W']), int(truth['H'])
    step = float(truth['adu16_per_e']) * float(truth['gain12'])  # ADU of one step of the sensor
    rows, trails = np.arange(h, dtype=np.float64)[:, None], list(truth['trails'])
    columns = np.arange(w, dtype=np.float64)[None, :]
    for k, frame in enumerate(frames):
        rng = np.random.default_rng([int(truth['seed']), 7000 + frame])
        x0, x1 = rng.uniform(.1, .9) * w, rng.uniform(.1, .9) * w
        y0, y1 = -20., h + 20.
        across = ((columns - x0) * (y1 - y0) - (rows - y0) * (x1 - x0)) / np.hypot(x1 - x0, y1 - y0)
        light = rng.poisson(PEAK_E * np.exp(-.5 * (across / WIDTH_PX) ** 2))
        path = os.path.join(night, 'lights', f'light_{frame:05d}.fit')
        with fits.open(path, mode='update') as f:
            steps = np.rint(light / float(truth['gain12']))
            f[0].data = np.clip(f[0].data + steps * step, 0, 4095 * step).astype(np.uint16)
        trails.append(np.array([frame - 1, x0, y0, x1, y1, PEAK_E]))
        print(f'trail in {os.path.basename(path)} from {x0:.0f} to {x1:.0f}')
    truth['trails'] = np.array(trails)
    np.savez(night + '/truth.npz', **truth)


if __name__ == '__main__':
    main()
