# SPDX-License-Identifier: MIT
"""quick_run.py BUILD OUT: one small run of tools/bench on programs that are built already; checks its report."""
import json
import os
import shutil
import socket
import subprocess
import sys

from helpers import ROOT


def fail(text):
    sys.exit(f'quick_run: {text}')


def main():
    build, out = sys.argv[1:]
    shutil.rmtree(out, ignore_errors=True)
    done = subprocess.run([os.path.join(ROOT, 'tools', 'bench'), '--quick', '--no-peers', '--frames', '4', '--build', build,
                           '--out', out, '^(fits|night|live)$'], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        fail(f'tools/bench ended with {done.returncode}')
    if sorted(os.listdir(out)) != ['bench.json', 'bench.md']:
        fail(f'these files were left: {os.listdir(out)}')
    with open(os.path.join(out, 'bench.json'), encoding='utf-8') as file:
        text = file.read()
    report = json.loads(text)
    parts = {part['part']: part for part in report['parts']}
    if list(parts) != ['fits', 'night', 'live'] or report['problems']:
        fail(f'parts {list(parts)}, problems {report["problems"]}')
    ratios = {ratio['name']: ratio['value'] for ratio in parts['fits']['ratios']}
    if not 0.1 < ratios['fits_read float vs cfitsio'] < 100:
        fail(f'ratios {ratios}')
    answer = parts['night']['contenders'][0]['answer']
    if answer['stacked'] < 2 or answer['wrong']:
        fail(f'answer {answer}')
    for secret in (ROOT, build, out, os.path.expanduser('~/'), f'"{socket.gethostname()}"'):
        if secret in text or secret in done.stdout:
            fail(f'the report names {secret}')


if __name__ == '__main__':
    main()
