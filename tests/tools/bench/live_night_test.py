# SPDX-License-Identifier: MIT
"""The rate of frames handled one at a time: what is left out, and what is divided by what."""
import json
import os
import tempfile
import unittest

import helpers  # noqa: F401 (the path)
import live_night
import measure
import nights


def siril_line(step, frames, wall, user, peak=100):
    return json.dumps({'step': step, 'rc': 0, 'frames': frames, 'wall': wall, 'user': user, 'sys': 0.0, 'peak_mb': peak})


class Fixed:
    """A stacker that costs so much at the start and for each frame."""

    def __init__(self, start_s, frame_s):
        self.start_s, self.frame_s = start_s, frame_s

    def run(self, night, folder):
        os.makedirs(folder)
        wall = self.start_s + self.frame_s * night.frames
        return type('Run', (), {'cost': measure.Cost(wall, 2 * wall, 50, 0)})()


def small_night(folder, frames):
    for kind in ('lights', 'darks'):
        os.makedirs(os.path.join(folder, kind))
        for i in range(frames):
            with open(os.path.join(folder, kind, f'{i:04d}.fits'), 'w', encoding='ascii') as file:
                file.write('x')
    return nights.Night(folder, frames, '1x1')


class LiveNight(unittest.TestCase):
    def test_start_and_master_of_siril_do_not_count(self):
        said = '\n'.join([siril_line('start', 0, 0.5, 0.4), siril_line('masterdark', 0, 9, 9),
                          siril_line('frames', 4, 8.5, 6.4, 300), 'noise'])
        cost = live_night.siril_cost(said, measure.Cost(99, 99, 1, 7))
        self.assertAlmostEqual(cost.wall_s, 2.0)
        self.assertAlmostEqual(cost.cpu_s, 1.5)
        self.assertEqual((cost.peak_mb, cost.scratch_mb), (300, 7))

    def test_of_ours_only_the_frames_count(self):
        with tempfile.TemporaryDirectory() as folder:
            night = small_night(os.path.join(folder, 'night'), 20)
            cost = live_night.Rate(Fixed(5.0, 0.25), night, folder).of(os.path.join(folder, 'run'), lambda _: None)
        self.assertAlmostEqual(cost.wall_s, 0.25)
        self.assertAlmostEqual(cost.cpu_s, 0.5)

    def test_the_ratio_is_how_many_times_siril_takes(self):
        costs = {'nightstack stream': [measure.Cost(0.1, 0.2, 1, 0)], 'Siril one at a time': [measure.Cost(2, 1, 1, 0)]}
        part = live_night.part_of(costs, {}, nights.Night('', 20, '1x1'), 0.0)
        self.assertEqual([round(r.value, 6) for r in part['ratios']], [20, 5])
        self.assertEqual([o.state for o in part['gates']], ['met', 'missed'])

    def test_without_siril_nothing_is_judged(self):
        part = live_night.part_of({'nightstack stream': [measure.Cost(0.1, 0.2, 1, 0)], 'Siril one at a time': []}, {},
                                  nights.Night('', 20, '1x1'), 0.0)
        self.assertEqual(part['ratios'], [])
        self.assertEqual({o.state for o in part['gates']}, {'not measured'})

    def test_a_looped_night_has_as_many_frames_as_asked(self):
        with tempfile.TemporaryDirectory() as folder:
            night = small_night(os.path.join(folder, 'night'), 5)
            looped = nights.looped(night, os.path.join(folder, 'looped'), 3, 11)
            self.assertEqual(len(os.listdir(os.path.join(looped.folder, 'lights'))), 11)
            self.assertEqual(len(os.listdir(os.path.join(looped.folder, 'darks'))), 5)


if __name__ == '__main__':
    unittest.main()
