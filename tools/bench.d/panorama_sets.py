# SPDX-License-Identifier: MIT
"""Sets of tiles to stitch, drawn with truth by tests/support/judge/gen_tiles.py; and those who can stitch them."""
import dataclasses
import os
import shutil
import subprocess

import measure
import nights


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of set; `against_stitcher`: how many times faster than it we want to be."""
    name: str
    fov: float
    rows: int
    cols: int
    against_stitcher: float
    arguments: tuple = ()

    @property
    def tiles(self):
        return self.rows * self.cols


KINDS = (Kind('wide 2x4', 40, 2, 4, 2), Kind('tele 3x3', 3.18, 3, 3, 4), Kind('tele 4x5', 3.18, 4, 5, 4),
         Kind('wide 3x7', 20, 3, 7, 4, ('--scene', 'town', '--sky', '0.15')))
SMALL = (Kind('wide 2x3', 40, 2, 3, 2, ('--size', '480x270')),)


@dataclasses.dataclass(frozen=True)
class Tiles:
    kind: Kind
    folder: str  # with tiles/ and truth.json
    files: tuple


def generate(judge, folder, kind, seed):
    """Throws nights.NightFailed."""
    done = subprocess.run([nights.PYTHON, os.path.join(judge, 'gen_tiles.py'), folder, '--rows', str(kind.rows),
                           '--cols', str(kind.cols), '--hfov', str(kind.fov), '--seed', str(seed), *kind.arguments],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise nights.NightFailed(f'gen_tiles.py could not draw {kind.name}: {done.stderr.strip()[-300:]}')
    tiles = os.path.join(folder, 'tiles')
    files = tuple(os.path.join(tiles, name) for name in sorted(os.listdir(tiles)))
    for file in files:  # into the page cache
        with open(file, 'rb') as f:
            f.read()
    return Tiles(kind, folder, files)


@dataclasses.dataclass(frozen=True)
class Ours:
    program: str
    name: str = 'nightstack'

    def run(self, tiles, folder):
        out = os.path.join(folder, 'pano.jpg')
        cost, _ = measure.run([self.program, 'pano', os.path.join(tiles.folder, 'tiles'), '-o', out, '--quiet'], folder)
        return cost, os.path.join(folder, 'pano.json')


@dataclasses.dataclass(frozen=True)
class Stitcher:
    program: str
    name: str = 'cv::Stitcher'

    def run(self, tiles, folder):
        cost, _ = measure.run([self.program, os.path.join(folder, 'pano.jpg'), *tiles.files], folder)
        return cost, os.path.join(folder, 'pano.json')


@dataclasses.dataclass(frozen=True)
class Hugin:
    folder: str  # benchmarks/compare/panorama
    name: str = 'hugin'

    def run(self, tiles, folder):
        out = os.path.join(folder, 'pano.jpg')
        cost, _ = measure.run(['bash', os.path.join(self.folder, 'hugin.sh'), out, str(tiles.kind.fov), *tiles.files],
                              folder)
        report = os.path.join(folder, 'pano.json')
        subprocess.run([nights.PYTHON, os.path.join(self.folder, 'hugin_report.py'), os.path.join(folder, 'pano.pto'), out,
                        report, *tiles.files], check=False)
        return cost, report


def stitchers(program, build, root, peers):
    """Ours (when this build has it) and the peers that are here."""
    out = []
    if b' pano' in subprocess.run([program, '--help'], stdout=subprocess.PIPE, check=False).stdout:
        out.append(Ours(program))
    if not peers:
        return out
    theirs = os.path.join(build, 'benchmarks', 'compare', 'panorama', 'opencv_stitcher')
    if os.path.exists(theirs):
        out.append(Stitcher(theirs))
    if all(shutil.which(tool) for tool in ('pto_gen', 'cpfind', 'cpclean', 'autooptimiser', 'pano_modify', 'nona', 'enblend')):
        out.append(Hugin(os.path.join(root, 'benchmarks', 'compare', 'panorama')))
    return out
