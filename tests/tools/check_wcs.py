#!/usr/bin/python3
"""astropy reads the WCS of a stack: check_wcs.py STACK.fits STARS.txt, whose lines are 'ra dec x y' (x, y in pixels of the
array, the first is 0). Prints the rms and fails above 0.35 px, or above the number that follows."""
import sys
import warnings

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter('ignore')
header = fits.getheader(sys.argv[1])
assert header['PLTSOLVD'] is True and header['RADESYS'] == 'ICRS' and header['ROWORDER'] == 'TOP-DOWN'
wcs = WCS(header, naxis=2)  # astropy wants it said for a colour picture
assert wcs.naxis == 2, wcs.naxis
assert wcs.sip is not None
ra, dec, x, y = np.loadtxt(sys.argv[2]).T
px, py = wcs.all_world2pix(ra, dec, 0)
off = np.hypot(px - x, py - y)
print(f'{len(off)} stars, rms {np.sqrt((off**2).mean()):.3f} px, worst {off.max():.3f} px')
sys.exit(0 if np.sqrt((off**2).mean()) < float((sys.argv[3:] or [0.35])[0]) else 1)
