#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes sky_facts.inc, what horizon_test.cpp and solar_system_test.cpp hold our places against; run by hand.

    make_sky_facts.py > sky_facts.inc          needs python3-astropy and python3-ephem

star rows: astropy's AltAz of catalogue places and the position angle of the zenith, UT1 = UTC, no refraction.
body rows: astrometric places from astropy's barycentric ephemeris (light time and the site's place applied here), and,
from PyEphem (VSOP87 and the Astronomical Almanac's Moon: none of ERFA's series), altitude, azimuth, part
illuminated, magnitude and diameter.
"""
import math
import warnings

import astropy.units as u
import ephem
from astropy.coordinates import AltAz, EarthLocation, SkyCoord, get_body_barycentric
from astropy.time import Time
from astropy.utils import iers

warnings.filterwarnings("ignore")
iers.conf.auto_download = False
iers.conf.auto_max_age = None

SITES = [(13.4, 52.5, 100), (-70.4, -24.63, 2400), (151.2, -33.9, 20), (25.0, 70.0, 0)]
TIMES = ["2023-01-05T18:00:00", "2024-06-21T23:30:00", "2025-03-15T03:10:00", "2026-09-12T21:30:00", "2029-12-01T11:45:12"]
STARS = [(10.6848, 41.2691), (83.8186, -5.3897), (279.2347, 38.7837), (37.9546, 89.2641), (201.691, -47.477), (0.01, 0.0),
         (314.82, 44.53), (95.988, -52.6957)]
BODIES = "mercury venus mars jupiter saturn uranus neptune moon".split()


def site_of(row):
    return EarthLocation.from_geodetic(row[0] * u.deg, row[1] * u.deg, row[2] * u.m)


def instant(text):
    time = Time(text, scale="utc")
    time.delta_ut1_utc = 0
    return time


def stars():
    for site in SITES:
        for text in TIMES:
            frame = AltAz(obstime=instant(text), location=site_of(site))
            zenith = SkyCoord(alt=90 * u.deg, az=0 * u.deg, frame=frame).icrs
            for ra, dec in STARS:
                star = SkyCoord(ra * u.deg, dec * u.deg, frame="icrs")
                seen = star.transform_to(frame)
                turn = star.position_angle(zenith).wrap_at(180 * u.deg).deg
                row = [ra, dec, seen.alt.deg, seen.az.deg, turn]
                print("{%s, %s, %s, \"%s\", %s}," % (*site, text, ", ".join(f"{x:.6f}" for x in row)))


def astrometric(body, time, location):
    here = get_body_barycentric("earth", time, ephemeris="builtin") + location.get_gcrs_posvel(time)[0]
    then = time
    for _ in range(4):
        sight = get_body_barycentric(body, then, ephemeris="builtin") - here
        then = time - sight.norm() / (299792.458 * u.km / u.s)
    seen = SkyCoord(sight, frame="icrs")
    return seen.ra.deg, seen.dec.deg, sight.norm().to(u.au).value


def bodies():
    for site in SITES[:2]:
        for text in TIMES:
            observer = ephem.Observer()
            observer.lon, observer.lat, observer.elevation = str(site[0]), str(site[1]), site[2]
            observer.pressure, observer.date = 0, text.replace("-", "/").replace("T", " ")
            for number, name in enumerate(BODIES):
                ra, dec, au = astrometric(name, instant(text), site_of(site))
                body = getattr(ephem, name.capitalize())(observer)
                row = [ra, dec, au, math.degrees(body.alt), math.degrees(body.az), body.phase / 100, float(body.mag), body.size]
                print("{%s, %s, %s, \"%s\", %d, %s}," % (*site, text, number, ", ".join(f"{x:.6f}" for x in row)))


if __name__ == "__main__":
    print("// Made by make_sky_facts.py with astropy 5.2.1 and PyEphem 4.1.4.")
    print("#ifdef STAR_FACTS")
    stars()
    print("#else")
    bodies()
    print("#endif")
