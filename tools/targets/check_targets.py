#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds device/targets/data against catalogues that had no part in making it; run by hand.

    check_targets.py --stellarium catalog.dat --kstars namedstars.dat --starnames starnames.dat

Last run (stellarium-data 0.22.2, kstars-data 3.6.2): M 110 of 110 within 0.25 deg, median 1.6 arcsec; C 108 of 109 (C 100
is a nebula with a cluster in it); NGC 7129 of 7208 and IC 3706 of 3769, median 0.4 arcsec, the rest are numbers that
historians assign differently; 166 of 169 star names at 0.3 arcsec, the others (Alkes, Gienah, Marfik) belong to two stars.

catalog.dat lies in Debian's package stellarium-data, the others in kstars-data; nothing is taken from them.
"""
import argparse
import gzip
import math
import pathlib
import statistics
import struct

DATA = pathlib.Path(__file__).resolve().parents[2] / "device/targets/data"
NUMBERS = "NGC IC M C B Sh2 VdB RCW LDN LBN Cr Mel PGC UGC".split()


def lists():
    for name in ("openngc.txt", "stars.txt", "extra.txt"):
        for text in (DATA / name).read_text().splitlines():
            if not text.startswith("#"):
                number, ra, dec, *names = text.split("|")
                yield [number, *names], float(ra), float(dec)


class Stream:
    """QDataStream of catalog.dat: big endian, text as UTF-16."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        value = struct.unpack_from(">" + form, self.data, self.at)[0]
        self.at += struct.calcsize(form)
        return value

    def text(self):
        size = self.take("I")
        if size != 0xFFFFFFFF:
            self.at += size


def stellarium(path):
    s = Stream(gzip.open(path).read())
    s.text(), s.text()
    found = {}
    while s.at < len(s.data):
        s.take("I")
        ra, dec = math.degrees(s.take("d")), math.degrees(s.take("d"))
        s.take("d"), s.take("d"), s.take("I"), s.text(), s.take("d"), s.take("d"), s.take("I")
        for _ in range(6):
            s.take("d")
        for catalogue in NUMBERS:
            number = s.take("I")
            if number:
                separator = "-" if catalogue == "Sh2" else " "
                found.setdefault(f"{catalogue}{separator}{number}", []).append((ra, dec))
        s.text(), s.take("I"), s.take("I")
        for _ in range(7):
            s.text()
        for _ in range(5):
            s.take("I")
    return found


def kstars(positions, names):
    """Names follow in the order of the stars whose flag says that they have one: 8 bytes Bayer, 32 bytes proper name."""
    data, text = positions.read_bytes(), names.read_bytes()
    fields, = struct.unpack_from("<H", data, 127)
    table = 129 + 16 * fields
    size, = struct.unpack_from("<I", data, table)
    _, first, _ = struct.unpack_from("<III", data, table + 4)
    last = struct.unpack_from("<III", data, table + 4 + 12 * (size - 1))
    stars = [struct.unpack_from("<iiiiiihh2sBB", data, at) for at in range(first, last[1] + 32 * last[2], 32)]
    at = text.index(b"iot Cet") % 40  # records begin there, whatever the length of the head
    at += 40 * ((text.index(b"iot Cet") - at) // 40)
    found = {}
    for star in (s for s in stars if s[9] & 1):
        name = text[at + 8:at + 40].split(b"\0")[0].decode("latin-1").strip()
        at += 40
        if name:
            found[name] = (15 * star[0] / 1e6, star[1] / 1e5)
    return found


def apart(a, b):
    dra = (a[0] - b[0] + 180) % 360 - 180
    return math.hypot(dra * math.cos(math.radians(b[1])), a[1] - b[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stellarium", type=pathlib.Path, required=True)
    parser.add_argument("--kstars", type=pathlib.Path, required=True)
    parser.add_argument("--starnames", type=pathlib.Path, required=True)
    o = parser.parse_args()
    named = kstars(o.kstars, o.starnames)
    stars = {name: (ra, dec) for names, ra, dec in lists() for name in names}
    same = {name: apart(stars[name], place) for name, place in named.items() if name in stars}
    print(f"stars: {len(same)} names compared, median {3600 * statistics.median(same.values()):.1f} arcsec, apart: "
          f"{[(k, round(v, 3)) for k, v in same.items() if v > 0.02]}")
    oracle = stellarium(o.stellarium)
    errors, missing = {}, []
    for names, ra, dec in lists():
        for name in names:
            if name in oracle:
                errors[name] = min(apart((ra, dec), other) for other in oracle[name])
    for catalogue in ("M", "C", "NGC", "IC"):
        values = {k: v for k, v in errors.items() if k.split()[0] == catalogue}
        missing = [k for k in oracle if k.split()[0] == catalogue and k not in values]
        far = sorted(((v, k) for k, v in values.items() if v > 0.25), reverse=True)
        print(f"{catalogue}: {len(values)} compared, median {3600 * statistics.median(values.values()):.1f} arcsec, "
              f"{len(far)} differ by more than 0.25 deg: {far[:25]}; not in ours: {missing[:20]}")


if __name__ == "__main__":
    main()
