# SPDX-License-Identifier: MIT
"""The command line of tools/bench."""
import argparse
import re

import micro_specs

PARTS = [program.part for program in micro_specs.PROGRAMS] + ['night', 'live', 'panorama', 'scaling', 'memory']
OPTIONAL = ('scaling', 'memory')

DESCRIPTION = 'Measures nightstack against other programs and itself, and writes one report to post.'
EPILOG = f'Parts: {", ".join(PARTS)}. Without FILTER: all but scaling and memory. docs/benchmarks.md explains.'


def _filter(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"'{text}' is no regular expression: {error}") from error


def _count(text):
    if not text.isdigit() or not 4 <= int(text) <= 300:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 4 to 300")
    return int(text)


def parse(words):
    p = argparse.ArgumentParser(prog='tools/bench', description=DESCRIPTION, epilog=EPILOG)
    p.add_argument('filter', nargs='?', metavar='FILTER', type=_filter, help='only parts whose name it is found in')
    p.add_argument('--yes', action='store_true', help='install what is missing without asking')
    p.add_argument('--quick', action='store_true', help='a small run that only shows that everything works')
    p.add_argument('--no-peers', action='store_true', help='install and run no other stacker')
    p.add_argument('--frames', type=_count, help='lights of the night (default 20; with --quick 8)')
    p.add_argument('--rounds', type=int, choices=range(1, 20), metavar='N', help='how often each stacker runs (3; 1)')
    p.add_argument('--seed', type=int, default=1, metavar='N', help='another number, another night')
    p.add_argument('--scaling', action='store_true', help='also 1 thread against 2')
    p.add_argument('--memory', action='store_true', help='also peak memory with more frames and a turned field')
    p.add_argument('--strict', action='store_true', help='end with 1 when a gate is missed')
    p.add_argument('--out', metavar='DIR', default='build/bench', help='folder for bench.md, bench.json (build/bench)')
    p.add_argument('--build', metavar='DIR', help='programs are built already in this folder')
    options = p.parse_args(words)
    options.frames = options.frames or (8 if options.quick else 20)
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.parts = parts_of(options)
    if not options.parts:
        p.error(f'no part is called like that; there are {", ".join(PARTS)}')
    return options


def parts_of(options):
    asked = {part for part in OPTIONAL if getattr(options, part)}
    if options.filter:
        asked |= {part for part in PARTS if options.filter.search(part)}
    else:
        asked |= set(PARTS) - set(OPTIONAL)
    return [part for part in PARTS if part in asked]
