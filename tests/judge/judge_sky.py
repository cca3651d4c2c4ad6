#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""judge_sky.py NIGHTSTACK SKY_SESSION FOLDER [whole]: a session of the twin's sky, stacked by the program under test and held
against the twin's truth by the judge in tests/support/judge; one of its frames solved blind by astrometry.net.
Prints the figures and every broken bound; exit 1 when one is broken."""
import glob, json, math, os, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
JUDGE = os.path.join(HERE, '..', 'support', 'judge')
RA, DEC = 346.24, 12.32  # NGC 7479: far from the Milky Way, whose stars stand too close for the judge


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f'{command[0]} ended with {done.returncode}')
    return done.stdout


def solve(frame, folder):
    """Arc seconds between where solve-field sees the middle of a mosaic frame and (ra, dec) of the truth."""
    import numpy as np
    from astropy.io import fits
    from astropy.wcs import WCS
    raw = fits.getdata(frame).astype(np.float32)
    cells = raw.reshape(raw.shape[0] // 2, 2, raw.shape[1] // 2, 2).sum((1, 3))
    gray = os.path.join(folder, 'gray.fits')
    fits.PrimaryHDU(cells).writeto(gray, overwrite=True)
    subprocess.run(['solve-field', '--no-plots', '--overwrite', '--dir', folder, '--cpulimit', '120', '--scale-units',
                    'degwidth', '--scale-low', '0.5', '--scale-high', '10', gray], stdout=subprocess.DEVNULL)
    solved = os.path.join(folder, 'gray.wcs')
    if not os.path.exists(solved):
        return None
    wcs = WCS(fits.getheader(solved))
    middle = ((cells.shape[1] - 1) / 2, (cells.shape[0] - 1) / 2)
    ra, dec = wcs.wcs_pix2world([middle], 0)[0]
    truth = json.load(open(os.path.join(folder, 'truth', os.path.basename(frame)[:-5] + '.json')))
    dx = (ra - truth['ra_deg']) * math.cos(math.radians(dec)) * 3600
    dy = (dec - truth['dec_deg']) * 3600
    up = wcs.wcs_pix2world([middle, (middle[0], middle[1] - 10)], 0)
    angle = math.degrees(math.atan2((up[1][0] - up[0][0]) * math.cos(math.radians(dec)), up[1][1] - up[0][1]))
    return math.hypot(dx, dy), (angle - truth['rot_deg'] + 180) % 360 - 180


def main():
    program, session, folder = sys.argv[1:4]
    night = os.path.join(folder, 'twin_sky')
    shutil.rmtree(night, ignore_errors=True)
    run(session, night, str(RA), str(DEC), '8', *sys.argv[4:])
    result = os.path.join(night, 'result.fits')
    run(program, 'stack', os.path.join(night, 'Astronomy'), '--output', result, '--quiet')
    report = json.load(open(result[:-5] + '.json'))
    truth = os.path.join(night, 'truth', 'truth.npz')
    transforms = json.loads(run('/usr/bin/python3', os.path.join(JUDGE, 'transforms_check.py'), result[:-5] + '.json', truth))
    quality = json.loads(run('/usr/bin/python3', os.path.join(JUDGE, 'quality.py'), result, truth, '--quick'))
    frames = sorted(glob.glob(os.path.join(night, 'Astronomy', 'DWARF_RAW*', '*.fits')))
    solution = solve(frames[0], night)
    if not os.environ.get('KEEP_NIGHT'):
        shutil.rmtree(night, ignore_errors=True)

    broken = []

    def bound(what, value, ok):
        print(f'{what}: {value}')
        if not ok:
            broken.append(f'{what} = {value}')

    bound('solved: arcsec, degrees of rotation off', solution, solution is not None and solution[0] <= 10 and abs(solution[1]) < 0.05)
    counts = report['counts']
    bound('in = stacked + rejected + failed', counts, counts['in'] == 8 == counts['stacked'] + counts['rejected'] + counts['failed'])
    bound('dark applied', report['applied']['dark'], bool(report['applied']['dark']))
    bound('registration rms px', transforms['rms_px'], transforms['rms_px'] <= 0.07)
    lost = [f['file'] for i, f in enumerate(sorted(report['frames'], key=lambda f: f['file'])) if f['verdict'] != 'stacked' and i != 5]
    bound('good frames lost', lost, not lost)
    bound('shaken frame', transforms['verdicts_of_planted'], transforms['planted'] == {'cloud': -1, 'wind': 5} and transforms['verdicts_of_planted']['wind'] == 'rejected')
    bound('match rms px', quality['match'].get('rms_px'), quality['match'].get('rms_px', 9) < 0.12)
    for channel in quality['chan']:
        name = channel['truth']
        for trail in channel['trails']:
            bound(f'{name} trail in frame {trail["frame"]} sigma (control {trail["ctl_max_sigma"]:.1f})',
                  round(trail['max_sigma'], 2), trail['max_sigma'] <= max(6.0, 1.3 * trail['ctl_max_sigma']))
        bound(f'{name} photometric scatter mag', channel['phot_scatter_mag'], channel['phot_scatter_mag'] < 0.05)
        bound(f'{name} noise_eff', channel['noise_eff'], 0.4 < channel['noise_eff'] < 1.3)
        print(f'{name} fwhm_ratio {channel["fwhm_ratio"]:.3f} extended {channel["ext_ratio"]:.3f} '
              f'outliers {channel["outlier_ppm_pos"]:.1f} {channel["outlier_ppm_neg"]:.1f}')
    for line in broken:
        print('BROKEN', line)
    sys.exit(1 if broken else 0)


if __name__ == '__main__':
    main()
