#!/usr/bin/python3
"""astropy reads the plate of a frame: check_cards.py FRAME.fits STARS.txt, whose lines are 'ra dec x y' (x, y in pixels of
the array, the first is 0). Prints the rms and fails above 0.25 px, or with fewer than 10 stars."""
import sys

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

header = fits.getheader(sys.argv[1])
assert header['PLTSOLVD'] is True and header['RADESYS'] == 'ICRS'
wcs = WCS(header)
ra, dec, x, y = np.loadtxt(sys.argv[2]).T
px, py = wcs.all_world2pix(ra, dec, 0)
off = np.hypot(px - x, py - y)
rms = np.sqrt((off**2).mean())
print(f'{len(off)} stars, rms {rms:.3f} px, worst {off.max():.3f} px')
sys.exit(0 if len(off) >= 10 and rms < 0.25 else 1)
