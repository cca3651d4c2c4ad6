# SPDX-License-Identifier: MIT
"""What a command cost, and the environment it gets."""
import os
import tempfile
import unittest
from unittest import mock

import helpers  # noqa: F401 (the path)
import measure
import nights


class Measure(unittest.TestCase):
    def setUp(self):
        temp = tempfile.TemporaryDirectory()
        self.addCleanup(temp.cleanup)
        self.folder = os.path.join(temp.name, 'run')

    def run_shell(self, script):
        return measure.run(['sh', '-c', script], self.folder)

    def test_wall_and_processor_time(self):
        cost, said = self.run_shell('sleep 0.3; echo done')
        self.assertEqual(said, 'done\n')
        self.assertGreaterEqual(cost.wall_s, 0.3)
        self.assertLess(cost.cpu_s, 0.2)

    def test_scratch_is_what_was_there_and_is_gone(self):
        cost, _ = self.run_shell('head -c 6000000 /dev/zero >a; head -c 3000000 /dev/zero >kept; sleep 0.7; rm a')
        self.assertAlmostEqual(cost.scratch_mb, 6, delta=0.5)

    def test_the_users_settings_do_not_reach_it(self):
        with mock.patch.dict(os.environ, {'NIGHTSTACK_WARP': 'nearest', 'XDG_CACHE_HOME': '/warm'}):
            _, said = self.run_shell('echo "$NIGHTSTACK_WARP:$XDG_CACHE_HOME"')
        self.assertEqual(said, f':{self.folder}/cache\n')

    def test_a_failure_says_its_last_line(self):
        with self.assertRaisesRegex(measure.RunFailed, 'sh ended with 3: no such night'):
            self.run_shell('echo first >&2; echo no such night >&2; exit 3')

    def test_a_night_can_be_ended_earlier(self):
        for i in range(5):
            for kind in ('lights', 'darks'):
                os.makedirs(os.path.join(self.folder, kind), exist_ok=True)
                with open(os.path.join(self.folder, kind, f'{i}.fits'), 'w', encoding='ascii') as file:
                    file.write(str(i))
        short = nights.first_frames(nights.Night(self.folder, 5, '1x1'), self.folder + '-short', 2)
        self.assertEqual(sorted(os.listdir(os.path.join(short.folder, 'lights'))), ['0.fits', '1.fits'])
        self.assertEqual(len(os.listdir(os.path.join(short.folder, 'darks'))), 5)


if __name__ == '__main__':
    unittest.main()
