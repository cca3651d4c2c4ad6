#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes device/targets/data/stars.atlas again: the stars to V 11, packed (form: device/targets/star_pack.h).

    make_star_atlas.py --tycho index-tycho2-07.littleendian.fits --stars PACKAGE/data --out device/targets/data/stars.atlas
    make_star_atlas.py ... --check device/targets/data/stars.atlas    compares, byte by byte

Sources: Tycho-2 (Hog et al. 2000, A&A 355, L27) as it lies in the index of Debian's package
astrometry-data-tycho2-07-littleendian 2-4 (BSD-2-Clause, LICENSE.tycho2), and the npm package d3-celestial 0.7.35
(BSD-3-Clause, LICENSE.stars; from XHIP, Anderson and Francis 2012). The index has places and VT only, keeps the brightest
stars of each small cell of the sky and leaves out the brightest of all; so:
- the 117,000 stars of XHIP give V and B-V, and all that the index lacks;
- the others get a B-V drawn from those of XHIP's stars at their galactic latitude, V = VT - 0.106 (B-V) (ESA 1997, The
  Hipparcos and Tycho Catalogues, volume 1, section 1.3: V = VT - 0.090 (BT-VT), B-V = 0.850 (BT-VT));
- each cell carries the density of stars around it and the magnitude to which the index is complete there.
Needs python3-numpy, python3-scipy, python3-astropy.
"""
import argparse
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
from astropy.io import fits
from scipy.spatial import cKDTree

BANDS = 90  # of 2 degrees of declination
FAINTEST = 11.0
ARCSEC = np.radians(1 / 3600)
# Unit vector of the north galactic pole, J2000 (192.85948, 27.12825).
POLE = np.array([-0.8676661, -0.1980764, 0.4559838])


def unit(ra, dec):
    ra, dec = np.radians(ra), np.radians(dec)
    return np.stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)], axis=-1)


def read_index(path):
    """Places and VT of an astrometry.net index: the tree's points are 32-bit steps from its lower corner."""
    with fits.open(path) as hdus:
        found = {}
        for hdu in hdus[1:]:
            found[hdu.columns.names[0]] = (hdu.fileinfo()["datLoc"], hdu.header["NAXIS2"])
    raw = np.memmap(path, np.uint8, "r")
    at, _ = found["kdtree_range_stars"]
    box = raw[at:at + 56].view("<f8")  # lower corner, upper corner, steps per unit
    at, count = found["kdtree_data_stars"]
    steps = raw[at:at + 12 * count].view("<u4").reshape(count, 3)
    at, rows = found["MAG_VT"]
    assert rows == count
    vt = raw[at:at + 4 * count].view(">f4").astype(float)
    place = box[:3] + steps / box[6]
    return np.degrees(np.arctan2(place[:, 1], place[:, 0])) % 360, np.degrees(np.arcsin(place[:, 2])), vt


def read_xhip(folder):
    rows = []
    for star in json.loads((folder / "stars.14.json").read_text())["features"]:
        ra, dec = star["geometry"]["coordinates"]
        colour = star["properties"].get("bv") or "nan"
        rows.append((ra % 360, dec, float(star["properties"]["mag"]), float(colour)))
    return np.array(rows).T


def chance(ra, dec):
    """A number in 0..1 that belongs to the place (splitmix64 of its milliarcseconds)."""
    with np.errstate(over="ignore"):
        x = (np.rint(ra * 3.6e6).astype(np.uint64) << np.uint64(31)) + np.rint((dec + 90) * 3.6e6).astype(np.uint64)
        x += np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return (x >> np.uint64(11)).astype(float) / 2**53


def pair_up(ra, dec, vt, xhip):
    """For each star of XHIP the same star of the index, or -1. The index has fast stars of the Hipparcos supplement at
    epoch 1991.25, so a farther place will do when the brightness agrees. Within an arcsecond the two are one."""
    xra, xdec, xv, xbv = xhip
    distance, who = cKDTree(unit(ra, dec)).query(unit(xra, xdec), k=3, distance_upper_bound=40 * ARCSEC)
    expected = xv + 0.106 * np.where(np.isnan(xbv), 0.6, xbv)
    candidates = []
    for near in range(3):
        for x in np.nonzero(np.isfinite(distance[:, near]))[0]:
            far, off = distance[x, near] / ARCSEC, abs(vt[who[x, near]] - expected[x])
            if far < 1 or (far < 3 and off < 1.5) or (far < 40 and off < 0.4):
                candidates.append((far + off, int(x), int(who[x, near])))
    partner, taken = np.full(len(xra), -1), set()
    for _, x, tycho in sorted(candidates):
        if partner[x] < 0 and tycho not in taken:
            partner[x] = tycho
            taken.add(tycho)
    return partner


def draw_colours(ra, dec, xhip):
    """B-V of stars without one: a quantile of those that XHIP's complete stars have at this galactic latitude."""
    xra, xdec, xv, xbv = xhip
    usable = (xv > 7) & (xv < 9) & ~np.isnan(xbv)
    known, want = abs(unit(xra, xdec) @ POLE), abs(unit(ra, dec) @ POLE)
    colour, u = np.empty(len(ra)), chance(ra, dec)
    edges = [0, 0.174, 0.5, 1.01]  # |b| 10 and 30 degrees
    for low, high in zip(edges, edges[1:]):
        pool = np.sort(xbv[usable & (known >= low) & (known < high)])
        here = (want >= low) & (want < high)
        colour[here] = np.interp(u[here] * (len(pool) - 1), np.arange(len(pool)), pool)
    return colour


def merge(tycho, xhip):
    ra, dec, vt = (a.copy() for a in tycho)
    xra, xdec, xv, xbv = xhip
    partner = pair_up(ra, dec, vt, xhip)
    colour = draw_colours(ra, dec, xhip)
    both = partner >= 0
    mine = partner[both]
    colour[mine] = np.where(np.isnan(xbv[both]), colour[mine], xbv[both])
    v = vt - 0.106 * colour
    # XHIP's V may be that of two stars the index has apart, or the index's that of the lesser of two.
    brighter = v[mine] - xv[both]
    v[mine] = np.where((abs(brighter) < 0.3) | (brighter > 1.5), xv[both], v[mine])
    moved = np.linalg.norm(unit(ra[mine], dec[mine]) - unit(xra[both], xdec[both]), axis=1) > 0.7 * ARCSEC
    ra[mine[moved]], dec[mine[moved]] = xra[both][moved], xdec[both][moved]
    new = ~both
    drawn = draw_colours(xra[new], xdec[new], xhip)
    print(f"index {len(ra)}, XHIP {len(xra)}: {both.sum()} in both, {new.sum()} added")
    return (np.concatenate([ra, xra[new]]), np.concatenate([dec, xdec[new]]), np.concatenate([v, xv[new]]),
            np.concatenate([colour, np.where(np.isnan(xbv[new]), drawn, xbv[new])]))


def cells_of_bands():
    """Cells in each band: about as wide as high in its middle."""
    height = 180 / BANDS
    middle = -90 + height * (np.arange(BANDS) + 0.5)
    return np.maximum(3, np.rint(360 * np.cos(np.radians(middle)) / height)).astype(int)


def density(place, v, centres, area):
    """Stars per square degree and magnitude at V 10 as the surroundings have them, and where completeness ends."""
    edges = np.arange(8.5, 11.01, 0.5)
    tree = cKDTree(centres)
    cell = tree.query(place)[1]
    counts = np.stack([np.bincount(cell[(v >= a) & (v < a + 0.5)], minlength=len(centres)) for a in edges[:-1]], 1)
    near = tree.query_ball_point(centres, np.radians(5))
    smooth, complete = np.empty(len(centres)), np.full(len(centres), FAINTEST)
    for c, around in enumerate(near):
        around = np.sort(around)
        weight = np.exp(-0.5 * (np.linalg.norm(centres[around] - centres[c], axis=1) / np.radians(2)) ** 2)
        half = weight @ counts[around] / (weight @ area[around])
        smooth[c] = 2 * half[:3].sum() / (10**-0.525 + 10**-0.315 + 10**-0.105)  # bins at 8.75, 9.25, 9.75; slope 0.42
        if half[4] < 1.25 * half[3]:
            complete[c] = 10.5
        if half[3] < 1.25 * half[2]:
            complete[c] = 10.0
    print("complete to", dict(zip(*np.unique(complete, return_counts=True))))
    return smooth, complete


def pack(ra, dec, v, colour):
    keep = v < FAINTEST
    ra, dec, v, colour = ra[keep], dec[keep], v[keep], colour[keep]
    columns = cells_of_bands()
    first = np.concatenate([[0], np.cumsum(columns)])
    height = 180 / BANDS
    band = np.minimum(((dec + 90) / height).astype(int), BANDS - 1)
    across = ra % 360 / 360 * columns[band]
    column = np.minimum(across.astype(int), columns[band] - 1)
    cell = first[band] + column
    x = np.clip((across - column) * 65536, 0, 65535).astype(np.uint16)
    y = np.clip(((dec + 90) / height - band) * 65536, 0, 65535).astype(np.uint16)
    light = (np.clip(np.rint((v + 2) * 100), 0, 2047).astype(np.uint16) << 5) | np.clip(
        np.rint((colour + 0.4) / 0.08), 0, 31).astype(np.uint16)
    order = np.lexsort((y, x, light, cell))
    stars = np.stack([x, y, light], 1)[order].astype("<u2")

    of_band = np.repeat(np.arange(BANDS), columns)
    lower = np.radians(-90 + height * of_band)
    strip = np.sin(lower + np.radians(height)) - np.sin(lower)
    area = np.degrees(np.degrees(2 * np.pi * strip)) / columns[of_band]
    centre_ra = (np.arange(first[-1]) - first[of_band] + 0.5) * 360 / columns[of_band]
    centres = unit(centre_ra, -90 + height * (of_band + 0.5))
    at_ten, complete = density(unit(ra, dec), v, centres, area)

    begin = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=first[-1]))])
    table = np.zeros(first[-1] + 1, np.dtype([("first", "<u4"), ("density", "<u2"), ("complete", "<u2")]))
    table["first"] = begin
    table["density"][:-1] = np.clip(np.rint(at_ten * 100), 0, 65535)
    table["complete"][:-1] = np.rint(complete * 100)
    body = struct.pack("<IIII", BANDS, first[-1], len(stars), 6) + table.tobytes() + stars.tobytes()
    print(f"{len(stars)} stars, {first[-1]} cells, sky {area.sum():.0f} square degrees")
    return b"NSSTARS\x01" + struct.pack("<II", zlib.crc32(body), 0) + body


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tycho", type=pathlib.Path, required=True)
    parser.add_argument("--stars", type=pathlib.Path, required=True)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", type=pathlib.Path)
    what.add_argument("--check", type=pathlib.Path)
    o = parser.parse_args()
    data = pack(*merge(read_index(o.tycho), read_xhip(o.stars)))
    if o.out:
        o.out.write_bytes(data)
        print(o.out, len(data), "bytes")
    elif o.check.read_bytes() != data:
        sys.exit(f"{o.check} is not what the sources give")
    else:
        print(o.check, "is what the sources give")


if __name__ == "__main__":
    main()
