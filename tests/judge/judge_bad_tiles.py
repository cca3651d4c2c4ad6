#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""judge_bad_tiles.py NIGHTSTACK FOLDER [CASE...]: folders of tiles that make other stitchers crash, hang, or drop pictures in silence,
through `nightstack pano`. Of each: it ends in time, by itself, with a code that is right; says why in words, without control
characters; its report is whole and accounts for every file; what can be done is done. Prints one line a case; exit 1 when one is
broken. NIGHTSTACK_SOAK: also a thousand tiles."""
import os, re, shutil, struct, subprocess, sys, zlib

HERE = os.path.dirname(os.path.abspath(__file__))
JUDGE = os.path.join(HERE, '..', 'support', 'judge')
sys.path.insert(0, JUDGE)
import gen_tiles  # brings pano/ along
import report as reports

SMALL = ['--size', '320x180', '--hfov', '40', '--names', 'counter']
PLACED = {'placed', 'weak'}
CASES = {}


def case(*codes, limit_s=60):
    """A function that fills `tiles` and gives {file: verdicts that are right} (or nothing: any)."""
    def keep(f):
        CASES[f.__name__] = (f, set(codes), limit_s)
        return f
    return keep


def drawn(folder, *more, rows=1, cols=3, seed=301):
    o = gen_tiles.arguments([folder, '--rows', str(rows), '--cols', str(cols), '--seed', str(seed), '--flat-names', *SMALL, *more])
    truth = gen_tiles.everything(o)
    for name in ('truth.json', 'truth.npz'):
        os.remove(os.path.join(folder, name))
    return {t['file']: set(t['expect']) for t in truth['tiles']}


def put(folder, name, data):
    path = os.path.join(os.fsencode(folder), name if isinstance(name, bytes) else os.fsencode(name))
    with open(path, 'wb') as f:
        f.write(data)


def some_tile(folder):
    with open(os.path.join(folder, sorted(n for n in os.listdir(folder) if n.endswith('.jpg'))[0]), 'rb') as f:
        return f.read()


def png(width, height, body=b''):
    """A PNG whose header says so much, whatever is in it."""
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(body)) + chunk(b'IEND', b'')


@case(2, 3)
def an_empty_folder(tiles):
    pass


@case(0, 3, 4)
def one_tile(tiles):
    return {n: PLACED | {'left_out'} for n in drawn(tiles, cols=1)}


@case(3, 4)
def nothing_overlaps(tiles):
    for i in range(3):
        here = os.path.join(tiles, 'x')
        os.makedirs(here)
        drawn(here, '--scene', ('texture', 'town', 'mountain')[i], cols=1, seed=310 + i)
        os.rename(os.path.join(here, 'IMG_0001.jpg'), os.path.join(tiles, f'place_{i}.jpg'))
        os.rmdir(here)
    return {f'place_{i}.jpg': {'left_out'} for i in range(3)}


@case(0, 3, 4)
def all_black(tiles):
    return {n: PLACED | {'left_out', 'failed'} for n in drawn(tiles, '--black', '4', cols=2, rows=2)}


@case(0, 3, 4)
def all_white(tiles):
    return {n: PLACED | {'left_out', 'failed'} for n in drawn(tiles, '--white', '4', cols=2, rows=2)}


@case(0, 4)
def black_among_good(tiles):
    return {n: v | {'left_out'} if 'left_out' not in v else v for n, v in drawn(tiles, '--black', '1', '--white', '1', cols=3, rows=2).items()}


@case(0, 4)
def duplicates(tiles):
    found = drawn(tiles, '--duplicates', '2', cols=3, rows=2)
    put(tiles, 'the_copy.jpg', some_tile(tiles))  # byte for byte; behind the others by its name
    return {**found, 'the_copy.jpg': PLACED | {'left_out'}}


@case(0)
def sizes_and_orientations(tiles):
    return drawn(tiles, '--half', '3', '--orientation', 'mixed', '--size', '640x360', cols=4, rows=1, seed=302)


@case(0)
def upright_among_level(tiles):
    return drawn(tiles, '--portrait', '2', '--overlap', '0.6', cols=4, rows=1)


@case(4)
def a_truncated_jpeg(tiles):
    return drawn(tiles, '--truncate', '1', cols=3, rows=2)


@case(4)
def a_stray(tiles):
    return drawn(tiles, '--stray', '1', cols=3, rows=2)


@case(4)
def files_that_are_no_pictures(tiles):
    found = drawn(tiles, cols=3, rows=2)
    put(tiles, 'empty.jpg', b'')
    put(tiles, 'words.jpg', b'this is no picture\n' * 50)
    put(tiles, 'huge.png', png(60000, 60000))
    put(tiles, 'nothing.png', png(0, 0))
    put(tiles, 'short.png', png(320, 180, b'\0' * 100))
    put(tiles, 'tags.tif', b'II*\0' + struct.pack('<I', 8) + struct.pack('<H', 60000) + b'\xff' * 400)
    put(tiles, 'notes.txt', b'left alone')
    return {**found, **{n: {'failed'} for n in ('empty.jpg', 'words.jpg', 'huge.png', 'nothing.png', 'short.png', 'tags.tif')}}


@case(0, 4)
def things_that_are_no_files(tiles):
    found = drawn(tiles, cols=3, rows=2)
    os.mkfifo(os.path.join(tiles, 'pipe.jpg'))  # opening it waits for ever
    os.mkdir(os.path.join(tiles, 'folder.jpg'))
    os.symlink('round.jpg', os.path.join(tiles, 'round.jpg'))
    os.symlink('nowhere.jpg', os.path.join(tiles, 'dangling.jpg'))
    return found


@case(0, 4)
def hostile_names(tiles):
    found = drawn(tiles, cols=4, rows=2, seed=303)
    names = [b'line\nbreak.jpg', b'"quoted\' `ls` $(ls) ; rm.jpg', b'-o.jpg', b'n' * 200 + b'.jpg', b'latin\xe9\xff.jpg', b'esc\x1b[31mred.jpg', b'<b>&amp;.jpg',
             b' .jpg']
    for old, new in zip(sorted(found), names):
        os.rename(os.path.join(os.fsencode(tiles), os.fsencode(old)), os.path.join(os.fsencode(tiles), new))
    return {name: PLACED for name in names}


@case(0, limit_s=120)
def many_tiles(tiles):
    return drawn(tiles, '--hfov', '12', cols=10, rows=6, seed=304)


@case(0, limit_s=600)
def a_thousand_tiles(tiles):
    return drawn(tiles, '--hfov', '3', '--overlap', '0.4', '--jitter', '0.01', cols=40, rows=25, seed=305)


@case(6)
def disk_full(tiles):
    drawn(tiles, cols=4, rows=3, seed=306)


@case(1, 2, 5, 6)
def no_place_to_write(tiles):
    drawn(tiles, cols=2)


@case(0, 4)
def pixels_of_every_kind(tiles):
    """8 bit beside 16 bit beside grey: one set all the same."""
    import cv2
    found = drawn(tiles, cols=3, rows=1, seed=307)
    names = sorted(found)
    a, b = (cv2.imread(os.path.join(tiles, n)) for n in names[:2])
    cv2.imwrite(os.path.join(tiles, 'a.png'), a.astype('uint16') * 257)
    cv2.imwrite(os.path.join(tiles, 'b.png'), cv2.cvtColor(b, cv2.COLOR_BGR2GRAY))
    for n in names[:2]:
        os.remove(os.path.join(tiles, n))
    return {names[2]: PLACED, 'a.png': PLACED, 'b.png': PLACED | {'left_out', 'failed'}}


def on_a_small_disk(command, disk):
    """The command with `disk` a file system of 300 kB; by a limit on the size of files where mounting is not allowed."""
    script = f'mount -t tmpfs -o size=300k none "$0" && exec "$@"'
    enclosed = ['unshare', '--mount', '--map-root-user', 'sh', '-c', script, disk]
    if subprocess.run([*enclosed, 'true'], stderr=subprocess.DEVNULL).returncode == 0:
        return enclosed + command
    return ['sh', '-c', 'ulimit -f 500; trap "" XFSZ; exec "$@"', 'sh', *command]


def text_problems(text):
    out = []
    if re.search(r'[\x00-\x08\x0b-\x1f\x7f]', text):
        out.append('control characters in what it says')
    if re.search(r'terminate called|Assertion|runtime error|AddressSanitizer|std::', text):
        out.append('words of a crash: ' + text.strip()[-200:])
    return out


def printed(name):
    """A file's name as the program prints it: bytes that are no text or steer a terminal become \\xHH."""
    text = os.fsdecode(name)
    return ''.join(f'\\x{ord(c) & 0xFF:02X}' if ord(c) < 32 or ord(c) == 127 or 0xDC80 <= ord(c) <= 0xDCFF else c for c in text)


def report_problems(path, wanted, code):
    if not os.path.exists(path):
        return [] if code in (1, 2, 3, 5, 6) else ['there is no report']
    try:
        said = reports.load(path)
    except (reports.BadReport, ValueError) as problem:
        return [f'report: {problem}']
    out = []
    for raw, verdicts in (wanted or {}).items():
        name = printed(raw)
        if name not in said.tiles:
            out.append(f'{name} is not in the report')
        elif said.tiles[name]['verdict'] not in verdicts:
            out.append(f'{name} is {said.tiles[name]["verdict"]} ({said.tiles[name]["reason"]}), not {sorted(verdicts)}')
    return out


def judge(program, folder, name):
    fill, codes, limit_s = CASES[name]
    work = os.path.join(folder, 'bad_' + name)
    shutil.rmtree(work, ignore_errors=True)
    tiles, out_folder = os.path.join(work, 'tiles'), os.path.join(work, 'out')
    os.makedirs(tiles)
    os.makedirs(out_folder)
    wanted = fill(tiles)
    before = {n: os.lstat(os.path.join(os.fsencode(tiles), n)).st_size for n in os.listdir(os.fsencode(tiles))}
    out = os.path.join(out_folder, 'pano.png')
    if name == 'no_place_to_write':
        out = os.path.join(work, 'nowhere', 'deeper', 'pano.png')
        with open(os.path.join(work, 'nowhere'), 'w'):
            pass  # a file where a folder is wanted
    command = [program, 'pano', tiles, '-o', out]
    if name == 'disk_full':
        command = on_a_small_disk(command, out_folder)
    environment = {**os.environ, 'HOME': work, 'XDG_CONFIG_HOME': os.path.join(work, 'config'), 'XDG_CACHE_HOME': os.path.join(work, 'cache')}
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit_s, env=environment, cwd=work)
    except subprocess.TimeoutExpired:
        return [f'not done after {limit_s} s']
    said = (done.stdout + done.stderr).decode('utf-8', 'replace')
    problems = text_problems(said)
    if done.returncode < 0 or done.returncode >= 128:
        problems.append(f'died by a signal ({done.returncode})')
    elif done.returncode not in codes:
        problems.append(f'ended with {done.returncode}, not {sorted(codes)}: {done.stderr.decode("utf-8", "replace").strip()[-300:]}')
    if done.returncode and not done.stderr.strip():
        problems.append('ended with an error without a word')
    problems += report_problems(out[:-4] + '.json', wanted, done.returncode)
    if done.returncode in (0, 4) and not os.path.exists(out) and not (wanted and all('placed' not in v for v in wanted.values())):
        problems.append('there is no picture')
    after = {n: os.lstat(os.path.join(os.fsencode(tiles), n)).st_size for n in os.listdir(os.fsencode(tiles))}
    if after != before:
        problems.append('the folder of tiles is not as it was')
    left = [n for n in os.listdir(out_folder) if not n.startswith('pano')]
    if left:
        problems.append(f'left behind: {left}')
    if not os.environ.get('KEEP_NIGHT'):
        shutil.rmtree(work, ignore_errors=True)
    return problems


def main():
    program, folder, *names = sys.argv[1:]
    if not names:
        names = [n for n in CASES if n != 'a_thousand_tiles' or os.environ.get('NIGHTSTACK_SOAK')]
    broken = False
    for name in names:
        problems = judge(os.path.abspath(program), os.path.abspath(folder), name)
        print(('BROKEN ' if problems else 'ok     ') + name + ''.join('\n    ' + p for p in problems), flush=True)
        broken |= bool(problems)
    sys.exit(1 if broken else 0)


if __name__ == '__main__':
    main()
