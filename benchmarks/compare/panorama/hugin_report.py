#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""hugin_report.py PROJECT.pto PICTURE OUT.json FILE...: what a hugin project says of its tiles, in the terms of nightstack's
own report, so that one judge serves both. FILE...: all that hugin was given; those that its project lost are left out."""
import json
import math
import os
import re
import struct
import sys

KINDS = {0: 'rectilinear', 1: 'cylindrical', 2: 'spherical', 4: 'stereographic', 5: 'mercator'}
NAMES = 'w h f v Ra Rb Rc Rd Re Eev Er Eb r p y TrX TrY TrZ Tpy Tpp j a b c d e g t Va Vb Vc Vd Vx Vy Vm S k E R'.split()


def fields(line, earlier=()):
    """{name: value} of a p or i line; `v=0` takes the value of line 0."""
    out = {}
    name = re.search(r' n"(.*)"', line)
    if name:
        out['n'] = name.group(1)
        line = line[:name.start()]
    for word in line.split()[1:]:
        key = max((k for k in NAMES if word.startswith(k)), key=len, default=None)
        value = word[len(key):] if key else ''
        if key == 'S':
            out[key] = [int(v) for v in value.split(',')]
        elif value.startswith('='):
            out[key] = earlier[int(value[1:])][key]
        elif value:
            out[key] = float(value)
    return out


def read(path):
    """The panorama's fields and those of each image."""
    panorama, images = None, []
    with open(path, encoding='utf-8', errors='surrogateescape') as f:
        for line in f:
            if line.startswith('p '):
                panorama = fields(line)
            elif line.startswith('i '):
                images.append(fields(line, images))
    return panorama, images


def product(*matrices):
    out = matrices[0]
    for m in matrices[1:]:
        out = [[sum(a * m[k][j] for k, a in enumerate(row)) for j in range(3)] for row in out]
    return out


def turned(yaw, pitch, roll):
    """world_from_camera of hugin's angles in degrees: right, up, and the camera clockwise."""
    (sy, cy), (sp, cp), (sr, cr) = ((math.sin(math.radians(a)), math.cos(math.radians(a))) for a in (yaw, pitch, roll))
    return product([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]], [[1, 0, 0], [0, cp, -sp], [0, sp, cp]], [[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])


def tile(image):
    w, h = image['w'], image['h']
    half = math.tan(math.radians(image['v'] / 2))
    exposure = 2 ** image.get('Eev', 0)
    return dict(panorama=0, verdict='placed', reason='', f_px=w / 2 / half, middle=[(w - 1) / 2 + image.get('d', 0), (h - 1) / 2 + image.get('e', 0)],
                hugin=[image.get(k, 0) for k in 'abc'], world_from_camera=[v for row in turned(image['y'], image['p'], image['r']) for v in row],
                gain=[exposure / image.get('Er', 1), exposure, exposure / image.get('Eb', 1)])


def jpeg_size(path):
    with open(path, 'rb') as f:
        data = f.read()
    at = 2
    while at + 9 < len(data):
        marker, length = data[at + 1], struct.unpack('>H', data[at + 2:at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            h, w = struct.unpack('>HH', data[at + 5:at + 9])
            return w, h
        at += 2 + length
    raise ValueError(f'{path} is no JPEG')


def projection(p):
    kind = KINDS[int(p['f'])]
    v = math.radians(p['v'])
    px_per_rad = p['w'] / {'rectilinear': 2 * math.tan(v / 2), 'stereographic': 4 * math.tan(v / 4)}.get(kind, v)
    left, top = (p['S'][0], p['S'][2]) if 'S' in p else (0, 0)
    return dict(kind=kind, lon0_deg=0, lat0_deg=0, px_per_deg=px_per_rad * math.pi / 180, straighten=[1, 0, 0, 0, 1, 0, 0, 0, 1],
                x0=(p['w'] - 1) / 2 - left, y0=(p['h'] - 1) / 2 - top)


def main():
    project, picture, out, *files = sys.argv[1:]
    p, images = read(project)
    seen = {os.path.basename(i['n']): tile(i) for i in images}
    width, height = jpeg_size(picture)
    lost = dict(panorama=None, verdict='left_out', reason='not in the project', world_from_camera=None, gain=None)
    tiles = [dict(file=os.path.basename(f), row=None, col=None, pose_rms_px=None, **seen.get(os.path.basename(f), lost)) for f in files]
    made = dict(panoramas=[dict(image=os.path.abspath(picture), projection=projection(p), width=width, height=height, crop='none',
                                f_px=next(iter(seen.values()))['f_px'], k1=0, k2=0)], tiles=tiles, links=[])
    with open(out, 'w', encoding='utf-8') as f:
        json.dump(made, f, indent=1)


if __name__ == '__main__':
    main()
