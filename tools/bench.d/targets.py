# SPDX-License-Identifier: MIT
"""targets.py ARGS OF tools/bench: prints the build targets its parts need, for tools/bench itself."""
import os
import sys

import micro_specs
import options


def targets_of(parts):
    names = [os.path.basename(program.binary) for program in micro_specs.PROGRAMS if program.part in parts]
    if 'panorama' in parts:
        names.append('opencv_stitcher')  # builds nothing where OpenCV's stitching module is missing
    return ['nightstack', *names]


if __name__ == '__main__':
    print(' '.join(targets_of(options.parse(sys.argv[1:]).parts)))
