# SPDX-License-Identifier: MIT
"""Gates: met, missed, not measured, not judged; and that each gate names a ratio that is formed."""
import unittest

import helpers  # noqa: F401 (the path)
import gates
import micro_specs
from gates import Gate
from ratios import Ratio, Spread


def measured(value):
    return {'r': Ratio('r', value, Spread(value, value, value), 'x')}


class Gates(unittest.TestCase):
    def test_at_least_and_at_most(self):
        for sense, value, state in (('>=', 2, 'met'), ('>=', 1.99, 'missed'), ('<=', 2, 'met'), ('<=', 2.01, 'missed')):
            self.assertEqual(gates.judge(Gate('r', sense, 2), measured(value)).state, state)

    def test_what_is_missing_is_not_missed(self):
        self.assertEqual(gates.judge(Gate('other', '>=', 2), measured(1)).state, 'not measured')

    def test_some_are_judged_on_a_quiet_machine_only(self):
        gate = Gate('r', '>=', 2, quiet_only=True)
        self.assertEqual(gates.judge(gate, measured(1), quiet=False).state, 'not judged')
        self.assertEqual(gates.judge(gate, measured(1), quiet=True).state, 'missed')
        self.assertEqual(gates.judge(Gate('r', '>=', 2), measured(1), quiet=False).state, 'missed')

    def test_a_quick_run_judges_nothing(self):
        missed = gates.judge(Gate('r', '>=', 2), measured(1))
        self.assertEqual(gates.not_judged(missed, 'a quick run').state, 'not judged')
        absent = gates.judge(Gate('other', '>=', 2), measured(1))
        self.assertEqual(gates.not_judged(absent, 'a quick run').state, 'not measured')

    def test_each_gate_of_a_program_is_about_one_of_its_ratios(self):
        for program in micro_specs.PROGRAMS:
            names = [spec.name for spec in program.ratios]
            self.assertEqual(len(names), len(set(names)), program.part)
            for gate in program.gates:
                self.assertIn(gate.ratio, names)


if __name__ == '__main__':
    unittest.main()
