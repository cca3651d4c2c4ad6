# SPDX-License-Identifier: MIT
"""Independent look at a product: check_product.py RESULT.fits CALSTAT. Exit 0 when all holds."""
import sys

import numpy as np
from astropy.io import fits
from astropy.time import Time

path, calstat = sys.argv[1], sys.argv[2]
with fits.open(path) as hdus:
    hdus.verify("exception")
    assert [h.name for h in hdus] == ["PRIMARY", "COV", "REJ", "VAR"], [h.name for h in hdus]
    value, cov, rej, var = (h.data for h in hdus)
    header = hdus[0].header
    n = header["STACKCNT"]
    assert value.dtype == np.dtype(">f4") and value.shape[0] == 3, (value.dtype, value.shape)
    assert var.shape == value.shape and cov.shape == value.shape
    assert rej.shape == (6,) + value.shape[1:]
    assert cov.dtype.kind == "u" and rej.dtype.kind == "u"
    assert np.isfinite(value).all() and np.isfinite(var).all()
    assert (value[cov == 0] == 0).all(), "no data is 0"
    assert cov.max() == n, (cov.max(), n)
    assert (rej[:3].astype(int) + rej[3:] <= cov).all()
    assert header["NCOMBINE"] == n
    assert header["EXPTIME"] == 15 and header["LIVETIME"] == 15 * n
    assert header["ROWORDER"] == "TOP-DOWN"
    assert header["CALSTAT"] == calstat, header["CALSTAT"]
    assert header["PROGRAM"].startswith("nightstack ")
    assert header["BUNIT"] == "adu" and header["DATAMAX"] > 1000
    assert "BAYERPAT" not in header
    assert len(header["HISTORY"]) >= 4, header["HISTORY"]
    first, mean, last = (Time(header[k]) for k in ("DATE-OBS", "DATE-AVG", "DATE-END"))
    assert first < mean < last
    assert abs((mean - first).sec - (last - first).sec / 2) < 1, "even cadence: the mean is the middle"
    text = repr(header)
    assert "/tmp" not in text and "/home" not in text and "/root" not in text, "no path in the FITS"
