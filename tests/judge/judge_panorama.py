#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""judge_panorama.py NIGHTSTACK FOLDER CASE|all: draws a set of tiles with truth by the independent judge in tests/support/judge, makes a
panorama of it with the program under test, holds report and picture against the truth. Prints the judge's figures and every
broken bound; exit 1 when one is broken."""
import json, os, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
JUDGE = os.path.join(HERE, '..', 'support', 'judge')
PYTHON = '/usr/bin/python3'

SMALL = ['--size', '800x450']
# name: (what gen_tiles.py draws, exit code, limits of check_panorama.py, more options of pano). Different seeds, worlds, names and orders;
# nothing in the product is tuned to any of them.
CASES = {
    'tele_grid': (['--rows', '3', '--cols', '4', '--hfov', '3.18', '--seed', '201', *SMALL], 0, [], []),
    'wide_grid': (['--rows', '2', '--cols', '4', '--hfov', '40', '--seed', '202', '--scene', 'town', '--k1', '-0.05', '--k2', '0.01',
                   '--exposure', '0.1', '--white-balance', '0.02', '--vignetting', '0.25', '--names', 'timestamp', '--order', 'serpentine',
                   '--exif', 'focal35', *SMALL], 0, [], []),
    'people': (['--rows', '2', '--cols', '3', '--hfov', '35', '--seed', '203', '--figures', '3', *SMALL], 0, [], []),
    'handheld': (['--layout', 'handheld', '--rows', '2', '--cols', '4', '--hfov', '50', '--seed', '204', '--order', 'shuffled',
                  '--names', 'random', '--overlap', '0.4', *SMALL], 0, [], []),
    'ring': (['--layout', 'ring', '--rows', '1', '--cols', '9', '--hfov', '60', '--seed', '205', '--scene', 'mountain', '--sky', '0.25',
              '--names', 'counter', *SMALL], 0, [], []),
    'featureless': (['--rows', '4', '--cols', '5', '--hfov', '3.18', '--seed', '206', '--featureless', '0.3', '--names', 'dwarf',
                     '--order', 'column', '--size', '640x360'], 0, ['--max-weak', '50'], []),
    'strangers': (['--rows', '2', '--cols', '3', '--hfov', '40', '--seed', '207', '--stray', '1', '--second', '3', '--names', 'counter',
                   '--order', 'shuffled', *SMALL], 4, [], []),
    'sixteen_bit': (['--rows', '2', '--cols', '3', '--hfov', '30', '--seed', '208', '--format', 'png16', *SMALL], 0, [], []),
    'linear_float': (['--rows', '2', '--cols', '3', '--hfov', '30', '--seed', '209', '--format', 'tiff32', *SMALL], 0, [], []),
    'turned': (['--rows', '2', '--cols', '3', '--hfov', '30', '--seed', '210', '--orientation', 'mixed', '--exif', 'focal', *SMALL], 0, [], []),
    'wrong_exif': (['--rows', '2', '--cols', '3', '--hfov', '45', '--seed', '211', '--exif', 'wrong', *SMALL], 0, [], []),
    'parallax': (['--rows', '1', '--cols', '5', '--hfov', '40', '--seed', '212', '--parallax', '12', *SMALL], 0,
                 ['--max-rms', '0.6', '--max-link', '1.5', '--max-jump', '1'], []),
}
# Drawn by gen_panorama.py instead, as wide or tele; poses alone can be judged.
PLAIN = {'plain_wide': ['wide', '3'], 'plain_tele': ['tele', '3']}
ENDING = {'png16': '.png', 'tiff32': '.tif'}


def main():
    program, folder, case = sys.argv[1:4]
    if case == 'all':
        failed = [c for c in [*CASES, *PLAIN] if subprocess.run([sys.executable, __file__, program, folder, c]).returncode]
        sys.exit(f'failed: {failed}' if failed else 0)
    print(case, flush=True)
    drawn, code, limits, more = CASES.get(case, ([], 0, [], []))
    work = os.path.join(folder, 'panorama_' + case)
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    tiles = work if case in PLAIN else os.path.join(work, 'tiles')
    if case in PLAIN:
        subprocess.run([PYTHON, os.path.join(JUDGE, 'gen_panorama.py'), work, *PLAIN[case]], check=True)
    else:
        subprocess.run([PYTHON, os.path.join(JUDGE, 'gen_tiles.py'), work, *drawn], check=True)
    kind = drawn[drawn.index('--format') + 1] if '--format' in drawn else 'jpg'
    out = os.path.join(work, 'made' + ENDING.get(kind, '.jpg'))
    done = subprocess.run([program, 'pano', tiles, '-o', out, '--quiet', '--force', *more], timeout=600)
    broken = [] if done.returncode == code else [f'pano ended with {done.returncode}, not {code}']
    if os.path.exists(out[:-4] + '.json'):
        said = subprocess.run([PYTHON, os.path.join(JUDGE, 'check_panorama.py'), out[:-4] + '.json', work, *limits], stdout=subprocess.PIPE, text=True)
        print(said.stdout)
        broken += json.loads(said.stdout)['broken'] if said.stdout else ['the judge failed']
    else:
        broken.append('there is no report')
    if not os.environ.get('KEEP_NIGHT'):
        shutil.rmtree(work, ignore_errors=True)
    for line in broken:
        print('BROKEN', line)
    sys.exit(1 if broken else 0)


if __name__ == '__main__':
    main()
