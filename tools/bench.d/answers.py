# SPDX-License-Identifier: MIT
"""Is a stack right? Against the night's truth by the independent judge where there is one; ours by its
report in any case."""
import json
import os
import subprocess

import nights


def of(judge, night, run, quick=False):
    """Figures of the stack, and 'wrong': what is not as it must be (empty = right)."""
    answer = {'wrong': []}
    if not os.path.exists(run.result):
        answer['wrong'].append('there is no result')
        return answer
    if run.report:
        _add_report(answer, night, run)
    if night.truth:
        _add_quality(answer, _said(judge, 'quality.py', run.result, night.truth, *(['--quick'] if quick else [])))
        if run.report:
            _add_registration(answer, _said(judge, 'transforms_check.py', run.report, night.truth))
    return answer


def _said(judge, script, *arguments):
    done = subprocess.run([nights.PYTHON, os.path.join(judge, script), *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return {'error': f'{script} gave no figures'}


def _add_report(answer, night, run):
    with open(run.report, encoding='utf-8') as file:
        report = json.load(file)
    counts = report['counts']
    answer.update(stacked=counts['stacked'], rejected=counts['rejected'], level=report['run']['cpu'],
                  dark=bool(report['applied']['dark']))
    if counts['in'] != night.frames or counts['in'] != counts['stacked'] + counts['rejected'] + counts['failed']:
        answer['wrong'].append(f'frames were lost: {counts}')
    if counts['stacked'] < max(1, night.frames // 2):
        answer['wrong'].append(f'only {counts["stacked"]} of {night.frames} frames stacked')
    if not answer['dark']:
        answer['wrong'].append('no dark was applied')


def _add_quality(answer, quality):
    if 'error' in quality:
        answer['wrong'].append(quality['error'])
        return
    channels = quality['chan']
    answer['centroid_rms_px'] = quality['match'].get('rms_px')
    for name, key in (('noise_efficiency', 'noise_eff'), ('nebula_ratio', 'ext_ratio'), ('fwhm_ratio', 'fwhm_ratio'),
                      ('flux_scatter_mag', 'phot_scatter_mag')):
        answer[name] = [channel.get(key) for channel in channels]
    trails = [trail for channel in channels for trail in channel['trails']]
    for name, key in (('worst_trail_sigma', 'max_sigma'), ('undisturbed_sky_sigma', 'ctl_max_sigma')):
        answer[name] = max((trail[key] for trail in trails), default=None)
    if not all(e and e > 0.4 for e in answer['noise_efficiency']):
        answer['wrong'].append('much noisier than its frames allow')
    if not all(r and 0.8 < r < 1.2 for r in answer['nebula_ratio']):
        answer['wrong'].append('the nebula does not keep its flux')


def _add_registration(answer, check):
    if 'error' in check:
        answer['wrong'].append(check['error'])
        return
    answer['registration_rms_px'] = check['rms_px']
    if not check['rms_px'] <= 0.1:
        answer['wrong'].append(f'registration is off by {check["rms_px"]} px')
