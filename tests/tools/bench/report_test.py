# SPDX-License-Identifier: MIT
"""The report: what it says, and what it must not say."""
import json
import unittest

from helpers import google, row
import measure
import micro
import micro_specs
import nights
import report
import side_by_side
from contenders import Siril

MACHINE = {'cpu': 'A CPU', 'level': 'avx2', 'cores': 2, 'memory_gb': 8.0, 'huge_pages': 'madvise', 'kernel': '6.1',
           'system': 'Debian'}


def fits_json(ours=4.0):
    return google(row('fits_read/cfitsio/float/3840x2160', 12), row('fits_read/ours/float/3840x2160', ours),
                  row('copy/u16/3840x2160', 2))


def report_of(part):
    return {'quick': False, 'machine': MACHINE, 'versions': {'nightstack': '1.0'}, 'options': {}, 'problems': [],
            'parts': [part]}


def fits_part(ours=4.0):
    return micro.part_of(micro_specs.fits(), fits_json(ours), 0.0)


def cost(wall, cpu, peak, scratch=0):
    return measure.Cost(wall, cpu, peak, scratch)


class Report(unittest.TestCase):
    def test_ratios_and_gates_stand_in_both_forms(self):
        made = report_of(fits_part())
        text = report.as_markdown(made)
        self.assertIn('| fits_read float vs cfitsio >= 2.5 | 3 | met |', text)
        self.assertIn('| fits_read float in copies | 2 | 2 | 2 | 2 |', text)
        part = json.loads(report.as_json(made))['parts'][0]
        self.assertEqual(part['ratios'][0]['value'], 3)
        self.assertEqual(part['gates'][0]['state'], 'met')

    def test_a_missed_gate_is_told(self):
        text = report.as_markdown(report_of(fits_part(ours=6)))
        self.assertIn('Gates: 1 missed', text)
        self.assertIn('| 2 | **missed** |', text)

    def test_no_host_name_and_no_path(self):
        made = report_of(fits_part())
        for text in (report.as_markdown(made), report.as_json(made)):
            self.assertNotIn('secret', text)

    def test_a_row_with_a_wrong_answer_fails_the_program(self):
        wrong = google(row('x', 0, error_occurred=True, error_message='wrong answer'))
        with self.assertRaisesRegex(micro.BenchmarkFailed, 'fits: x: wrong answer'):
            micro.part_of(micro_specs.fits(), wrong, 0.0)

    def test_a_peer_is_divided_by_each_of_ours_round_by_round(self):
        formed = {r.name: r for r in side_by_side.ratios_of({
            'nightstack': [cost(2, 3, 100), cost(4, 3, 110)], 'nightstack avx2': [cost(4, 6, 100), cost(4, 6, 100)],
            'Siril': [cost(20, 30, 500), cost(16, 30, 550)]})}
        self.assertEqual(len(formed), 6)
        wall = formed['wall, Siril vs nightstack']
        self.assertEqual((wall.value, wall.spread.low, wall.spread.high), (8, 4, 10))
        self.assertEqual(formed['peak memory, Siril vs nightstack'].value, 5)

    def test_a_short_night_judges_no_gate(self):
        formed = side_by_side.ratios_of({'nightstack': [cost(2, 3, 100)], 'Siril': [cost(4, 6, 200)]})
        for frames, state in ((20, 'missed'), (19, 'not judged')):
            outcomes = side_by_side.outcomes(formed, nights.Night('', frames, ''), 0.0)
            self.assertEqual([o.state for o in outcomes], [state, state, 'met' if frames == 20 else state])

    def test_the_cost_of_siril_is_that_of_its_steps(self):
        said = ('{"step":"1","rc":0,"wall":1.5,"user":2,"sys":0.5,"peak_mb":300}\nnoise\n'
                '{"step":"2","rc":0,"wall":2.5,"user":3,"sys":0.5,"peak_mb":200}\n{"scratch_mb":900,"rc":0}\n')
        self.assertEqual(Siril.cost_of(said, cost(9, 9, 9, 100)), cost(4.0, 6.0, 300, 900))


if __name__ == '__main__':
    unittest.main()
