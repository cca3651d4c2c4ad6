#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""judge_whole_way.py NIGHTSTACK FOLDER: from a cold scope to a picture. The twin at speed; `scope` prepares, calibrates, goes to
a target and takes ten RAW frames while `fetch --follow` mirrors the card; `stack` makes a picture of the mirror, and the judge in
tests/support/judge holds it against the twin's truth. Prints the figures and every broken bound; exit 1 when one is broken."""
import hashlib, json, os, shutil, signal, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
JUDGE = os.path.join(HERE, '..', 'support', 'judge')
FRAMES = 10
NIGHT = '2026-10-10T20:00:00Z'  # for twin and scope: by the real clock the target may be below the horizon
PYTHON = '/usr/bin/python3'


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=400, **options)
    if done.returncode != 0:
        sys.exit(f'{command[:3]} ended with {done.returncode}: {done.stdout[-2000:]}')
    return done.stdout


def sha256(path):
    return hashlib.sha256(open(path, 'rb').read()).hexdigest()


def all_files(folder):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names)


def night(program, folder):
    """Takes, fetches and stacks; gives the folder's parts."""
    card, truth, mirror = (os.path.join(folder, name) for name in ('card', 'truth', 'mirror'))
    for made in (card, truth, mirror):
        os.makedirs(made)
    os.environ['XDG_CONFIG_HOME'] = os.path.join(folder, 'config')
    os.environ['NIGHTSTACK_RESERVE'] = '0'
    twin = subprocess.Popen(
        [program, 'sim', '--json', '--ports', 'ws=0,http=0,version=0,control=0,file=0,sftp=0,ftp=0', '--site', '48,9,300',
         '--time', NIGHT, '--speed', '15', '--seed', '5', '--card', card, '--truth', truth,
         '--until', 'seconds=500'], stdout=subprocess.PIPE, text=True)
    try:
        ports = json.loads(twin.stdout.readline())['ports']
        there = ['--host', '127.0.0.1', '--ports', ','.join(f'{name}={port}' for name, port in ports.items())]
        scope = [*there, '--site', '48,9,300', '--zone', 'Europe/Berlin', '--time', NIGHT, '--quiet']
        run(program, 'scope', 'calibrate', *scope)
        run(program, 'scope', 'goto', 'NGC 7479', *scope)
        follow = subprocess.Popen([program, 'fetch', '--follow', '--to', mirror, '--json', '--until', 'end', *there],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        run(program, 'scope', 'raw', '--count', str(FRAMES), '--exposure', '15', '--gain', '30', '--binning', '2x2', '--target',
            'NGC 7479', *scope)
        try:
            told = follow.communicate(timeout=200)[0]
        except subprocess.TimeoutExpired:
            follow.send_signal(signal.SIGINT)
            sys.exit(f'fetch --follow did not end: {follow.communicate()[0][-2000:]}')
        # The same card by the other two ways.
        for protocol, port in (('http', ports['file']), ('ftp', ports['ftp'])):
            run(program, 'fetch', '--to', os.path.join(folder, protocol), '--json', '--protocol', protocol, '--port', str(port),
                '--host', '127.0.0.1')
    finally:
        twin.terminate()
        twin.wait(60)
    result = os.path.join(folder, 'result.fits')
    run(program, 'stack', os.path.join(mirror, 'DWARF_II', 'Astronomy'), '--output', result, '--quiet')
    return card, truth, mirror, result, follow.returncode, [json.loads(line) for line in told.splitlines()]


def main():
    program, folder = sys.argv[1], os.path.join(sys.argv[2], 'whole_way')
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    card, truth, mirror, result, code, events = night(program, folder)
    report = json.load(open(result[:-5] + '.json'))
    npz = next(f for f in all_files(truth) if f.endswith('truth.npz'))
    transforms = json.loads(run(PYTHON, os.path.join(JUDGE, 'transforms_check.py'), result[:-5] + '.json', npz))
    quality = json.loads(run(PYTHON, os.path.join(JUDGE, 'quality.py'), result, npz, '--quick'))
    broken = []

    def bound(what, value, ok):
        print(f'{what}: {value}')
        if not ok:
            broken.append(f'{what} = {value}')

    files = [e for e in events if e['event'] == 'file']
    bound('fetch --follow ended with', code, code == 0)
    bound('files that failed', [e for e in files if e['state'] == 'failed'], all(e['state'] != 'failed' for e in files))
    for way in ('mirror', 'http', 'ftp'):
        here = [f for f in all_files(os.path.join(folder, way)) if f.endswith('.fits')]
        same = [sha256(f) == sha256(os.path.join(card, os.path.relpath(f, os.path.join(folder, way)))) for f in here]
        frames = [f for f in here if '/DWARF_RAW_' in f]
        bound(f'{way}: frames, other FITS, all as on the card', (len(frames), len(here) - len(frames), all(same)),
              len(frames) == FRAMES and all(same))
    counts = report['counts']
    bound('in = stacked + rejected + failed', counts,
          counts['in'] == FRAMES == counts['stacked'] + counts['rejected'] + counts['failed'])
    bound('dark applied', report['applied']['dark'], bool(report['applied']['dark']))
    bound('good frames lost', counts['rejected'] + counts['failed'], counts['stacked'] == FRAMES)
    bound('registration rms px', transforms['rms_px'], transforms['rms_px'] <= 0.07)
    bound('match rms px', quality['match'].get('rms_px'), quality['match'].get('rms_px', 9) < 0.12)
    for channel in quality['chan']:
        name = channel['truth']
        bound(f'{name} photometric scatter mag', channel['phot_scatter_mag'], channel['phot_scatter_mag'] < 0.05)
        bound(f'{name} noise_eff', channel['noise_eff'], 0.4 < channel['noise_eff'] < 1.3)
        print(f'{name} fwhm_ratio {channel["fwhm_ratio"]:.3f} extended {channel["ext_ratio"]:.3f}')
    if not os.environ.get('KEEP_NIGHT'):
        shutil.rmtree(folder, ignore_errors=True)
    for line in broken:
        print('BROKEN', line)
    sys.exit(1 if broken else 0)


if __name__ == '__main__':
    main()
