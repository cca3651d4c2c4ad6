#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the lists of device/targets/data again.

    make_targets.py --openngc OpenNGC.kscat --stars PACKAGE/data --out device/targets/data

OpenNGC.kscat lies in Debian's package kstars-data (its own table names author and licence: Mattia Verga,
CC-BY-SA-4.0); the star files in the npm package d3-celestial 0.7.35 (BSD-3-Clause). Each list is a file of its own
with the licence of its source. Lines: number|right ascension|declination|other names, degrees, J2000.
"""
import argparse
import json
import math
import pathlib
import re
import sqlite3
import unicodedata

from popular import CALDWELL, EXTRA, NAMES

GREEK = dict(zip("αβγδεζηθικλμνξοπρστυφχψω",
                 "Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma "
                 "Tau Upsilon Phi Chi Psi Omega".split()))
CATALOGUES = re.compile(r"^(PGC|UGC|NGC|IC|MCG|ESO|M)\b")

OPENNGC_HEAD = """\
# Positions of NGC, IC and Messier objects: OpenNGC by Mattia Verga, release 20210306, as carried by KStars 3.6.2.
# Licence: Creative Commons Attribution-ShareAlike 4.0 International (LICENSE.openngc beside this file).
# Changes: numbers, positions to 5 decimals and names only; Caldwell numbers and more names added (tools/targets).
# https://github.com/mattiaverga/OpenNGC
"""
STARS_HEAD = """\
# Names and positions of stars: d3-celestial 0.7.35 by Olaf Frohn (from XHIP, Anderson and Francis 2012).
# Licence: BSD 3-Clause (LICENSE.stars beside this file).
"""
OBJECTS_HEAD = """\
# Extended objects with sizes: OpenNGC by Mattia Verga, release 20210306, as carried by KStars 3.6.2.
# Licence: Creative Commons Attribution-ShareAlike 4.0 International (LICENSE.openngc beside this file).
# Changes: those with a size only, sorted, fewer decimals; NGC 7078 of V 6.2 (there 3); galaxies' B magnitudes
# less 0.8 for V; what has no magnitude gets that of 24 (galaxies 22.5) magnitudes per square arcsecond over its ellipse.
# number|kind|right ascension|declination|V|major axis|minor axis|position angle: degrees, J2000; arcminutes; degrees north
# through east. Kinds: G galaxy, O open cluster, C globular cluster, N nebula, P planetary nebula.
# https://github.com/mattiaverga/OpenNGC
"""
KINDS = {3: "O", 4: "C", 5: "N", 6: "P", 7: "N", 8: "G"}  # KStars' types of objects
EXTRA_HEAD = """\
# What people point at and no NGC or IC number names. Our own list, MIT.
"""


def plain(name):
    """ASCII, so that everybody can type it."""
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().strip()


def fold(name):
    return re.sub(r"[^a-z0-9]", "", plain(name).lower())


def line(number, ra, dec, names):
    seen, kept = {fold(number)}, []
    for name in names:
        if name and fold(name) not in seen and "|" not in name:
            seen.add(fold(name))
            kept.append(name)
    return "|".join([number, f"{ra % 360:.5f}", f"{dec:.5f}", *kept]) + "\n"


def numbers_of(name, identifier, long_name):
    """'NGC 224' and 'M 31' of one row; the row's name is the Messier number where there is one."""
    match = re.match(r"^(NGC|IC)0*(\d+)\s*(.*)$", identifier)
    number = f"{match[1]} {match[2]}{match[3].replace('NED', '-')}" if match else name
    also = [name] if name != number else []
    also += re.findall(r"\b(?:NGC|IC) \d+\b", long_name)
    return number, also


def openngc(database):
    taken = {fold(n): number for number, names in NAMES.items() for n in names.split("|")}
    caldwell = {}
    for index, number in enumerate(CALDWELL, 1):
        caldwell.setdefault(number, []).append(f"C {index}")
    query = "select name, long_name, catalog_identifier, ra, dec from cat"
    rows = []
    for name, long_name, identifier, ra, dec in sqlite3.connect(database).execute(query):
        number, also = numbers_of(name, identifier or "", long_name or "")
        own = NAMES.get(number, "").split("|")
        theirs = [n.strip() for n in (long_name or "").split(",")]
        theirs = [plain(n) for n in theirs if n and not CATALOGUES.match(n) and fold(n) not in taken]
        if number == "NGC 5866":
            also.append("M 102")
        rows.append((number, ra, dec, also + caldwell.get(number, []) + own + theirs))
    name_first_parts(rows)
    rows.sort(key=lambda row: (row[0].split()[0], int(re.search(r"\d+", row[0])[0]), row[0]))
    return rows


def objects(database):
    query = "select type, name, catalog_identifier, ra, dec, magnitude, major_axis, minor_axis, position_angle from cat"
    rows = []
    for kind, name, identifier, ra, dec, magnitude, major, minor, angle in sqlite3.connect(database).execute(query):
        if kind not in KINDS or not major:
            continue
        minor, angle = minor or major, angle or 0
        if minor > major:
            major, minor, angle = minor, major, angle + 90
        kind = KINDS[kind]
        if magnitude is None:
            area = math.pi / 4 * major * minor * 3600
            magnitude = (22.5 if kind == "G" else 24) - 2.5 * math.log10(area)
        elif kind == "G":
            magnitude -= 0.8
        number = numbers_of(name, identifier or "", "")[0]
        magnitude = {"NGC 7078": 6.2}.get(number, magnitude)
        rows.append((number, kind, ra % 360, dec, magnitude, major, minor, angle % 180))
    rows.sort(key=lambda row: (row[0].split()[0], int(re.search(r"\d+", row[0])[0]), *row))
    return [f"{n}|{k}|{ra:.5f}|{dec:.5f}|{v:.2f}|{a:.2f}|{b:.2f}|{pa:.0f}\n" for n, k, ra, dec, v, a, b, pa in rows]


def name_first_parts(rows):
    """Some numbers exist in parts only (NGC 317A and B): the number alone means the first."""
    known = {row[0] for row in rows} | {name for row in rows for name in row[3]}
    for row in sorted(rows, key=lambda row: row[0]):
        whole = re.match(r"^(NGC|IC) \d+", row[0])
        if whole and whole[0] not in known:
            row[3].insert(0, whole[0])
            known.add(whole[0])


def stars(folder):
    names = json.loads((folder / "starnames.json").read_text())
    letter = {int(k): GREEK.get(v.get("bayer", "").rstrip("¹²³⁴⁵⁶⁷⁸⁹⁰")) for k, v in names.items()}
    wanted = {int(k): v for k, v in names.items() if v.get("name") or letter[int(k)]}
    found = []
    for star in json.loads((folder / "stars.14.json").read_text())["features"]:
        entry = wanted.get(star["id"])
        if entry is None:
            continue
        bayer = letter[star["id"]]
        designation = f"{bayer} {entry['c']}" if bayer else ""
        proper = plain(entry.get("name", ""))
        ra, dec = star["geometry"]["coordinates"]
        found.append((float(star["properties"]["mag"]), proper or designation, ra, dec, designation))
    found.sort()  # of two stars with one name people mean the brighter
    rows, used = [], set()
    for _, name, ra, dec, designation in found:
        fresh = [n for n in (name, designation) if n and fold(n) not in used]
        used.update(map(fold, fresh))
        if fresh:
            rows.append((fresh[0], ra, dec, fresh[1:]))
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--openngc", type=pathlib.Path, required=True)
    parser.add_argument("--stars", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    o = parser.parse_args()
    extra = []
    for number, ra, dec, names in EXTRA:
        caldwell = [f"C {i}" for i, n in enumerate(CALDWELL, 1) if n == number]
        extra.append((number, ra, dec, caldwell + names.split("|")))
    lists = [("openngc.txt", OPENNGC_HEAD, openngc(o.openngc)), ("stars.txt", STARS_HEAD, stars(o.stars)),
             ("extra.txt", EXTRA_HEAD, extra)]
    for name, head, rows in lists:
        (o.out / name).write_text(head + "".join(line(*row) for row in rows))
        print(name, len(rows))
    extended = objects(o.openngc)
    (o.out / "objects.txt").write_text(OBJECTS_HEAD + "".join(extended))
    print("objects.txt", len(extended))


if __name__ == "__main__":
    main()
