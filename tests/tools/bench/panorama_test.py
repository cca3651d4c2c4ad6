# SPDX-License-Identifier: MIT
"""Panoramas side by side: ratios and gates from canned costs, and what a hugin project says."""
import os
import sys
import tempfile
import unittest

import helpers
import measure
import panorama
import panorama_sets

sys.path.insert(0, os.path.join(helpers.ROOT, 'benchmarks', 'compare', 'panorama'))
import hugin_report

PROJECT = '''p f1 w6000 h2000 v120  k0 E0.05 R0 S600,5600,700,1900 n"TIFF_m c:LZW r:CROP"
i w1920 h1080 f0 v40 Ra2.9 Eev0 Er1 Eb1 r0 p0 y-90 j0 a0.01 b-0.02 c0 d3 e-2 Va1 Vm5 n"/one/0_0.jpg"
i w1920 h1080 f0 v=0 Ra=0 Eev1 Er0.5 Eb2 r90 p0 y0 j0 a=0 b=0 c=0 d=0 e=0 Va=0 Vm5 n"/one/0 1.jpg"
'''


def cost(wall, peak=100.0):
    return measure.Cost(wall, wall, peak, 0.0)


class Panorama(unittest.TestCase):
    def test_every_gate_finds_its_ratio(self):
        for kind in panorama_sets.KINDS:
            costs = {'nightstack': [cost(2), cost(1)], 'cv::Stitcher': [cost(8), cost(9)], 'hugin': [cost(30), cost(40)]}
            answers = {name: {'placed': kind.tiles} for name in costs}
            formed = {r.name: r for r in panorama.ratios_of(kind, costs, answers)}
            gates = panorama.gates_of(kind)
            self.assertEqual({g.ratio for g in gates} - set(formed), set())
            self.assertEqual(formed[gates[0].ratio].value, 8)
            self.assertEqual(formed[gates[1].ratio].value, 30)
            self.assertEqual(len(gates), 3 if kind.tiles >= 20 else 2)

    def test_without_ours_there_is_no_ratio(self):
        self.assertEqual(panorama.ratios_of(panorama_sets.KINDS[0], {'hugin': [cost(1)]}, {'hugin': {'placed': 8}}), [])

    def test_who_drops_tiles_is_no_measure(self):
        costs = {'nightstack': [cost(2)], 'cv::Stitcher': [cost(1)]}
        self.assertEqual(panorama.ratios_of(panorama_sets.KINDS[0], costs, {'cv::Stitcher': {'placed': 7}}), [])
        self.assertEqual(len(panorama.ratios_of(panorama_sets.KINDS[0], costs, {'cv::Stitcher': {'placed': 8}})), 3)

    def test_what_is_wrong_with_ours(self):
        tiles = panorama_sets.Tiles(panorama_sets.KINDS[0], '', ())
        right = {'placed': 8, 'pose_rms_px': 0.1, 'wrong': []}
        self.assertEqual(panorama.wrong_of_ours(right, tiles), [])
        self.assertEqual(len(panorama.wrong_of_ours({**right, 'placed': 7, 'pose_rms_px': 0.2}, tiles)), 2)
        self.assertEqual(len(panorama.wrong_of_ours({**right, 'pose_rms_px': None}, tiles)), 1)


class Project(unittest.TestCase):
    def setUp(self):
        with tempfile.NamedTemporaryFile('w', suffix='.pto', delete=False) as f:
            f.write(PROJECT)
        self.addCleanup(os.remove, f.name)
        self.panorama, self.images = hugin_report.read(f.name)

    def test_linked_values(self):
        self.assertEqual([i['v'] for i in self.images], [40, 40])
        self.assertEqual([i['b'] for i in self.images], [-0.02, -0.02])
        self.assertEqual(self.images[1]['n'], '/one/0 1.jpg')

    def test_tile(self):
        first, second = (hugin_report.tile(i) for i in self.images)
        self.assertAlmostEqual(first['f_px'], 2637.578, 2)
        self.assertEqual(first['middle'], [962.5, 537.5])
        forward = [first['world_from_camera'][k] for k in (2, 5, 8)]
        self.assertAlmostEqual(forward[0], -1)  # to the left
        self.assertAlmostEqual(second['world_from_camera'][3], 1)  # its x axis points down
        self.assertEqual(second['gain'], [4, 2, 1])

    def test_projection_of_the_cropped_picture(self):
        flat = hugin_report.projection(self.panorama)
        self.assertEqual((flat['kind'], flat['px_per_deg']), ('cylindrical', 50))
        self.assertEqual((flat['x0'], flat['y0']), (2399.5, 299.5))


if __name__ == '__main__':
    unittest.main()
