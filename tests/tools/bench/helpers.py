# SPDX-License-Identifier: MIT
"""What the tests of tools/bench share: its modules on the path, and numbers as Google Benchmark writes them."""
import os
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), '..', '..', '..'))
sys.path.insert(0, os.path.join(ROOT, 'tools', 'bench.d'))


def row(name, cpu, real=None, unit='ms', repetition=0, **more):
    return {'name': name, 'run_name': name, 'run_type': 'iteration', 'repetition_index': repetition,
            'cpu_time': cpu, 'real_time': real if real is not None else 10 * cpu, 'time_unit': unit, **more}


def google(*rows):
    return {'context': {'host_name': 'a-secret-host', 'executable': '/home/a-secret-user/bench'},
            'benchmarks': list(rows)}
