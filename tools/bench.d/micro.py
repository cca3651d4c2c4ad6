# SPDX-License-Identifier: MIT
"""Runs one benchmark program and forms its ratios. Rows of a program are run in random order, again and
again, so that what disturbs the machine for a while disturbs all of them alike."""
import dataclasses
import json
import os
import re
import subprocess
import tempfile

import gates
import load
import micro_specs
import ratios


class BenchmarkFailed(Exception):
    """The program ended with an error, which is what it does when its answer is wrong."""


@dataclasses.dataclass(frozen=True)
class Effort:
    repetitions: int
    min_time_s: float
    gated_rows_only: bool


FULL = Effort(9, 0.1, False)
QUICK = Effort(3, 0.005, True)


def flags_for(program, effort, out):
    flags = [f'--benchmark_out={out}', '--benchmark_out_format=json', f'--benchmark_min_time={effort.min_time_s}',
             f'--benchmark_repetitions={effort.repetitions}', '--benchmark_enable_random_interleaving=true']
    rows = micro_specs.rows_that_matter(program)
    if effort.gated_rows_only and rows:
        flags.append('--benchmark_filter=^(' + '|'.join(re.escape(row) for row in rows) + ')$')
    return flags


def run(program, build, effort):
    """The program's part of the report. Throws BenchmarkFailed."""
    binary = os.path.join(build, 'benchmarks', program.binary)
    with tempfile.TemporaryDirectory(prefix='nightstack-bench-') as folder:
        out = os.path.join(folder, 'rows.json')
        others = load.Others()
        done = subprocess.run([binary, *flags_for(program, effort, out)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, errors='replace', check=False)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ['no message'])[-1]
            raise BenchmarkFailed(f'{program.part}: ended with {done.returncode}: {last}')
        with open(out, encoding='utf-8') as file:
            return part_of(program, json.load(file), others.cores())


def part_of(program, google_json, others_cores):
    errors = ratios.errors_of(google_json)
    if errors:
        row, message = next(iter(errors.items()))
        raise BenchmarkFailed(f'{program.part}: {row}: {message}')
    rows = ratios.Rows(google_json)
    formed = {spec.name: ratio for spec in program.ratios if (ratio := ratios.form(spec, rows))}
    return {'part': program.part, 'about': program.about, 'others_cores': others_cores,
            'rows': {name: ratios.Spread.of(times) for name, times in rows.times.items()},
            'ratios': list(formed.values()),
            'gates': [gates.judge(gate, formed, load.is_quiet(others_cores)) for gate in program.gates]}
