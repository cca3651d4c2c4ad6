# SPDX-License-Identifier: MIT
"""Ratios from canned JSON."""
import unittest

from helpers import google, row
import ratios
from ratios import RatioSpec, Rows, Spread


class Ratios(unittest.TestCase):
    def test_minimum_over_minimum_and_the_spread_of_pairs(self):
        rows = Rows(google(row('peer', 30), row('peer', 20), row('peer', 60), row('ours', 10), row('ours', 4),
                           row('ours', 5)))
        formed = ratios.form(RatioSpec('r', 'peer', 'ours'), rows)
        self.assertEqual(formed.value, 5)
        self.assertEqual(formed.spread, Spread(3, 5, 12))

    def test_units_are_brought_together(self):
        rows = Rows(google(row('peer', 2, unit='s'), row('ours', 500, unit='us')))
        self.assertAlmostEqual(ratios.form(RatioSpec('r', 'peer', 'ours'), rows).value, 4000)

    def test_rows_with_threads_count_real_time(self):
        rows = Rows(google(row('run/1/real_time', 1, real=8), row('run/2/real_time', 1, real=5)))
        self.assertAlmostEqual(ratios.form(RatioSpec('r', 'run/1/real_time', 'run/2/real_time'), rows).value, 1.6)

    def test_aggregates_are_no_repetitions(self):
        mean = {**row('peer', 1), 'run_type': 'aggregate', 'name': 'peer_mean'}
        rows = Rows(google(row('peer', 8), mean, row('ours', 2)))
        self.assertEqual(ratios.form(RatioSpec('r', 'peer', 'ours'), rows).value, 4)

    def test_without_one_of_its_rows_there_is_no_ratio(self):
        lacking = row('ours', 0, error_occurred=True, error_message='this machine lacks the level')
        json = google(row('peer', 1), lacking)
        self.assertIsNone(ratios.form(RatioSpec('r', 'peer', 'ours'), Rows(json)))
        self.assertEqual(ratios.errors_of(json), {})

    def test_any_other_error_of_a_row_is_told(self):
        json = google(row('ours', 0, error_occurred=True, error_message='wrong answer'))
        self.assertEqual(ratios.errors_of(json), {'ours': 'wrong answer'})


if __name__ == '__main__':
    unittest.main()
