#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""judge_night.py NIGHTSTACK FOLDER CASE: makes a night with truth by the independent judge in
tests/support/judge, stacks it with the program under test, holds the stack against the truth.
Prints the figures and every broken bound; exit 1 when one is broken."""
import json, os, shutil, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
JUDGE = os.path.join(HERE, '..', 'support', 'judge')

# Different seeds, skies, patterns, layouts; nothing in the product is tuned to any of them.
CASES = {
    'dwarf_gbrg': ['--n', '12', '--darks', '6', '--seed', '101', '--scene-seed', '31', '--pattern', 'GBRG',
                   '--layout', 'dwarf2', '--rot', '4'],
    'flip_12bit_rggb': ['--n', '12', '--darks', '5', '--seed', '102', '--scene-seed', '32', '--pattern', 'RGGB',
                        '--flip', '--adc-scale', '1', '--rot', '15'],
    'dim_grbg': ['--n', '10', '--darks', '5', '--seed', '103', '--scene-seed', '33', '--pattern', 'GRBG',
                 '--sky', '90', '--drift', '200'],
    'live_rggb': ['--n', '20', '--darks', '5', '--seed', '104', '--scene-seed', '34', '--pattern', 'RGGB', '--rot', '6'],
}
# Stacked one by one as well, and then it is that stack which is judged; frames (from 1) that a satellite crosses besides.
STREAMED = {'live_rggb': '1,2,19'}


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f'{command[0]} ended with {done.returncode}')
    return done.stdout


class Stack:
    """One stack of a night, with its report and what the judges say of it."""

    def __init__(self, program, inputs, night, method):
        result = os.path.join(night, method + '.fits')
        truth = os.path.join(night, 'truth.npz')
        run(program, 'stack', inputs, '--output', result, '--quiet', '--method', method)
        with open(result[:-5] + '.json') as f:
            self.report = json.load(f)
        self.transforms = json.loads(run('/usr/bin/python3', os.path.join(JUDGE, 'transforms_check.py'), result[:-5] + '.json', truth))
        self.quality = json.loads(run('/usr/bin/python3', os.path.join(JUDGE, 'quality.py'), result, truth, '--quick'))


def print_table(stacks):
    print('method   plane reg_rms noise_eff fwhm_ratio scatter ext_ratio outliers(+,-) trails: sigma/control')
    for method, stack in stacks.items():
        for c in stack.quality['chan']:
            trails = ' '.join(f'{t["frame"] + 1}:{t["max_sigma"]:.1f}/{t["ctl_max_sigma"]:.1f}' for t in c['trails'])
            print(f'{method:8} {c["truth"]:5} {stack.transforms["rms_px"]:7.4f} {c["noise_eff"]:9.3f} '
                  f'{c["fwhm_ratio"]:10.3f} {c["phot_scatter_mag"]:7.4f} {c["ext_ratio"]:9.3f} '
                  f'{c["outlier_ppm_pos"]:.2f},{c["outlier_ppm_neg"]:.2f}   {trails}')


def main():
    program, folder, case = sys.argv[1:4]
    night = os.path.join(folder, case)
    shutil.rmtree(night, ignore_errors=True)
    run('/usr/bin/python3', os.path.join(JUDGE, 'gen_night.py'), '--out', night, *CASES[case])
    inputs = os.path.join(night, 'Astronomy') if 'dwarf2' in CASES[case] else night
    if case in STREAMED:
        run('/usr/bin/python3', os.path.join(JUDGE, 'add_trails.py'), night, STREAMED[case])
    stacks = {m: Stack(program, inputs, night, m) for m in (['offline', 'stream'] if case in STREAMED else ['offline'])}
    shutil.rmtree(night, ignore_errors=True)
    judged = list(stacks.values())[-1]
    report, transforms, quality = judged.report, judged.transforms, judged.quality
    if case in STREAMED:
        print_table(stacks)

    broken = []

    def bound(what, value, ok):
        print(f'{what}: {value}')
        if not ok:
            broken.append(f'{what} = {value}')

    counts = report['counts']
    bound('in = stacked + rejected + failed', counts, counts['in'] == counts['stacked'] + counts['rejected'] + counts['failed'])
    bound('dark applied', report['applied']['dark'], bool(report['applied']['dark']))
    bound('registration rms px', transforms['rms_px'], transforms['rms_px'] <= 0.05)
    planted = set(v for v in transforms['planted'].values() if v >= 0)
    lost = [f['file'] for i, f in enumerate(sorted(report['frames'], key=lambda f: f['file'])) if f['verdict'] != 'stacked' and i not in planted]
    bound('good frames lost', lost, not lost)
    wind = transforms['verdicts_of_planted']['wind']
    bound('shaken frame', wind, wind == 'rejected')
    for channel in quality['chan']:
        name = channel['truth']
        for trail in channel['trails']:
            # control level: no further out than the worst of the eight parallel control lines, with
            # room for the extreme of as many segments again.
            bound(f'{name} trail in frame {trail["frame"]} sigma (control {trail["ctl_max_sigma"]:.1f})',
                  round(trail['max_sigma'], 2), trail['max_sigma'] <= max(5.0, 1.3 * trail['ctl_max_sigma']))
        bound(f'{name} outliers ppm', (channel['outlier_ppm_pos'], channel['outlier_ppm_neg']),
              channel['outlier_ppm_pos'] <= 1 and channel['outlier_ppm_neg'] <= 1)
        print(f'{name} noise_eff {channel["noise_eff"]:.3f} fwhm_ratio {channel["fwhm_ratio"]:.3f} '
              f'scatter {channel["phot_scatter_mag"]:.4f} nebula {channel["ext_ratio"]:.3f}')
    for line in broken:
        print('BROKEN', line)
    sys.exit(1 if broken else 0)


if __name__ == '__main__':
    main()
