# SPDX-License-Identifier: MIT
"""What the figures were measured on and with. Nothing that names the machine or its user."""
import os
import platform
import re
import subprocess

PACKAGES = ('libbenchmark-dev', 'libcfitsio-dev', 'libsep-dev', 'libopencv-imgproc-dev', 'libopencv-imgcodecs-dev', 'libopencv-stitching-dev', 'hugin-tools',
            'enblend', 'libturbojpeg0-dev', 'libhwy-dev', 'libtbb-dev',
            'siril', 'python3-numpy', 'python3-opencv')


def _first_match(path, pattern, otherwise='unknown'):
    try:
        with open(path, encoding='utf-8') as file:
            found = re.search(pattern, file.read(), re.MULTILINE)
    except OSError:
        return otherwise
    return found.group(1) if found else otherwise


def _said_by(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    except OSError:
        return ''
    return done.stdout.strip() if done.returncode == 0 else ''


def describe(program):
    """`program`: the nightstack binary, which knows the instruction level it would use."""
    level = re.search(r'instruction level (\w+)', _said_by(program, 'doctor'))
    return {
        'cpu': _first_match('/proc/cpuinfo', r'^model name\s*:\s*(.*)$', platform.machine()),
        'level': level.group(1) if level else 'unknown',
        'cores': len(os.sched_getaffinity(0)),
        'memory_gb': round(os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9, 1),
        'huge_pages': _first_match('/sys/kernel/mm/transparent_hugepage/enabled', r'\[(\w+)\]'),
        'kernel': platform.release(),
        'system': _first_match('/etc/os-release', r'^PRETTY_NAME="?([^"\n]*)'),
    }


def _package_version(package):
    return _said_by('dpkg-query', '-W', '-f=${Version}', package)


def versions(program, root):
    commit = _said_by('git', '-C', root, 'rev-parse', '--short=12', 'HEAD')
    if commit and _said_by('git', '-C', root, 'status', '--porcelain', '--untracked-files=no'):
        commit += ' with changes'
    found = {'nightstack': _said_by(program, '--version').removeprefix('nightstack ') or 'unknown',
             'commit': commit or 'unknown', 'g++': _said_by('g++', '-dumpfullversion'),
             'python': platform.python_version()}
    found.update({package: _package_version(package) for package in PACKAGES})
    return {name: version for name, version in found.items() if version}
