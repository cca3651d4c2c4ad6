# SPDX-License-Identifier: MIT
"""Does the judge of real panoramas see what is wrong? Against a solution made up here, in the form of the real ones."""
import json
import os
import shutil
import sys
import tempfile
import unittest

import cv2
import numpy as np
import scipy.io

JUDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support', 'judge')
sys.path.insert(0, JUDGE)
import check_real_panorama

F = 300.0
TURNS = [[0, 0, 0], [0.01, -0.3, 0.02], [0.02, -0.6, 0.01]]  # camera_from_first


class Real(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.work)
        for i in range(3):
            cv2.imwrite(os.path.join(self.work, f'{i}.jpg'), np.zeros((240, 320, 3), np.uint8))
        scipy.io.savemat(os.path.join(self.work, 'global_paras.mat'), {'paras': np.array([F, F, F, *TURNS[1], *TURNS[2]])[None]})

    def check(self, f=F, turn=None, verdicts=('placed',) * 3, scale=1.0):
        tiles = []
        for i, v in enumerate(verdicts):
            r = cv2.Rodrigues(np.array(TURNS[i], float) * scale)[0].T
            if turn and i == turn[0]:
                r = r @ cv2.Rodrigues(np.radians([0, turn[1], 0.0]))[0]
            tiles.append(dict(file=f'{i}.jpg', panorama=0, verdict=v, reason='said so', world_from_camera=r.ravel().tolist(), row=None, col=None,
                              gain=[1, 1, 1], pose_rms_px=0.1))
        flat = dict(kind='spherical', lon0_deg=0, lat0_deg=0, px_per_deg=5, straighten=np.eye(3).ravel().tolist(), x0=0, y0=0)
        said = dict(panoramas=[dict(image='none.jpg', projection=flat, width=9, height=9, crop='none', f_px=f, k1=0, k2=0)], tiles=tiles, links=[])
        path = os.path.join(self.work, 'report.json')
        with open(path, 'w') as out:
            json.dump(said, out)
        return check_real_panorama.check(check_real_panorama.arguments([path, self.work]))

    def test_the_solution_itself_passes(self):
        found = self.check()
        self.assertEqual(found['broken'], [])
        self.assertEqual(found['pairs'], 3)
        self.assertLess(found['worst'][0]['degrees'], 1e-6)

    def test_focal_length(self):
        self.assertEqual(self.check(f=F * 1.04)['broken'], [])
        self.assertTrue(any('focal' in line for line in self.check(f=F * 1.06)['broken']))

    def test_a_turned_tile(self):
        self.assertEqual(self.check(turn=(1, 0.9))['broken'], [])
        self.assertTrue(any('turned' in line for line in self.check(turn=(1, 1.2))['broken']))

    def test_the_inverse_convention_fails(self):
        self.assertNotEqual(self.check(scale=-1)['broken'], [])

    def test_a_tile_left_out(self):
        self.assertTrue(any('2.jpg is left_out' in line for line in self.check(verdicts=('placed', 'weak', 'left_out'))['broken']))


if __name__ == '__main__':
    unittest.main()
