# SPDX-License-Identifier: MIT
"""Ratios out of the JSON of Google Benchmark: two rows of one run, one divided by the other.

The headline is minimum over minimum: what disturbs a timing only ever makes it longer. The spread is
that of the ratios of equally numbered repetitions."""
import dataclasses
import statistics
from typing import Optional

UNITS_IN_MS = {'ns': 1e-6, 'us': 1e-3, 'ms': 1.0, 's': 1e3}


@dataclasses.dataclass(frozen=True)
class Spread:
    """Smallest, middle and largest of some numbers."""
    low: float
    median: float
    high: float

    @staticmethod
    def of(values):
        return Spread(min(values), statistics.median(values), max(values))


@dataclasses.dataclass(frozen=True)
class RatioSpec:
    """`over` / `under`, both rows of one program."""
    name: str
    over: str
    under: str
    unit: str = 'x'  # x: how many times faster; copies: how many copies' time


@dataclasses.dataclass(frozen=True)
class Ratio:
    name: str
    value: float
    spread: Spread
    unit: str


class Rows:
    """The single repetitions of each row, in milliseconds."""

    def __init__(self, google_json):
        self.times = {}
        for row in google_json['benchmarks']:
            if row.get('run_type', 'iteration') == 'iteration' and not row.get('error_occurred'):
                self._add(row)

    def _add(self, row):
        name = row.get('run_name', row['name'])
        # The processor time of one thread hears less of other programs; rows with threads say real_time.
        clock = 'real_time' if name.endswith('/real_time') else 'cpu_time'
        self.times.setdefault(name, []).append(row[clock] * UNITS_IN_MS[row['time_unit']])


def errors_of(google_json):
    """{row: message} of what did not run, but for rows of levels this machine lacks."""
    return {row.get('run_name', row['name']): row.get('error_message', '')
            for row in google_json['benchmarks']
            if row.get('error_occurred') and 'lacks the level' not in row.get('error_message', '')}


def form(spec: RatioSpec, rows: Rows) -> Optional[Ratio]:
    """None when a row is missing: a level this machine lacks, a peer that is not installed."""
    over, under = rows.times.get(spec.over), rows.times.get(spec.under)
    if not over or not under:
        return None
    return of_pairs(spec.name, over, under, spec.unit)


def of_pairs(name, over, under, unit='x') -> Ratio:
    paired = [a / b for a, b in zip(over, under)]
    return Ratio(name, min(over) / min(under), Spread.of(paired), unit)
