# SPDX-License-Identifier: MIT
"""Does the judge of panoramas see what is wrong, and only that? The stand-in makes panoramas from the truth with faults of known
size. Run by ctest: /usr/bin/python3 -m unittest discover; about twenty seconds."""
import json
import os
import shutil
import sys
import tempfile
import unittest

JUDGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'support', 'judge')
sys.path.insert(0, JUDGE)
import check_panorama
import gen_tiles
import pano_stand_in

SMALL = ['--rows', '2', '--cols', '3', '--size', '480x270', '--hfov', '30', '--vignetting', '0.3', '--exposure', '0.1',
         '--white-balance', '0.04', '--k1', '-0.04', '--k2', '0.01']


def generate(folder, *more):
    o = gen_tiles.arguments([folder, *SMALL, *more])
    os.makedirs(folder, exist_ok=True)
    return gen_tiles.everything(o)


class OfOneSet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.mkdtemp()
        cls.truth = generate(cls.work, '--figures', '2')

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.work)

    def check(self, *faults, limits=(), change=None):
        out = os.path.join(self.work, 'out.png')
        pano_stand_in.main([self.work, out, '--feather', '0', *faults])
        report = out[:-4] + '.json'
        if change:
            with open(report) as f:
                said = json.load(f)
            change(said)
            with open(report, 'w') as f:
                json.dump(said, f)
        return check_panorama.check(check_panorama.arguments([report, self.work, *limits]))

    def breaks(self, word, *faults, **more):
        broken = self.check(*faults, **more)['broken']
        self.assertTrue(any(word in line for line in broken), broken)
        return broken

    def poses(self, word, *faults, **more):
        return self.breaks(word, *faults, '--no-picture', limits=['--no-picture'], **more)

    def test_a_right_panorama_passes(self):
        found = self.check()
        self.assertEqual(found['broken'], [])
        self.assertLess(found['pose']['rms_px'], 1e-6)
        self.assertEqual({f['state'] for f in found['pictures'][0]['figures']}, {'whole'})
        self.assertLess(max(abs(v) for v in found['pictures'][0]['shift_px']), 0.02)

    def test_other_projections_pass(self):
        for kind in ('rectilinear',):
            self.assertEqual(self.check('--kind', kind)['broken'], [], kind)

    def test_poses_off_by_a_pixel(self):
        found = self.check('--pose-noise', '1', '--no-picture', limits=['--no-picture'])
        self.assertTrue(0.8 < found['pose']['rms_px'] < 3, found['pose'])
        self.assertTrue(any('pose rms' in line for line in found['broken']))

    def test_one_tile_off(self):
        self.poses('worst pair', '--shift', '0_1.jpg:3')

    def test_focal_length(self):
        self.poses('pose rms', '--focal', '1')

    def test_a_tile_left_out(self):
        self.poses('1_2.jpg is left_out', '--drop', '1_2.jpg')

    def test_rows_and_columns(self):
        self.poses('0_1.jpg is row 0, column 1', '--swap', '0_1.jpg,1_2.jpg')

    def test_gains(self):
        self.poses('gains', '--gain-noise', '8')

    def test_hard_seams_between_unequal_light(self):
        self.breaks('step at seams', '--gain-noise', '8')

    def test_vignetting_left_in(self):
        broken = self.breaks('step at seams', '--keep-vignetting')
        self.assertTrue(any('colour' in line for line in broken), broken)

    def test_displaced_at_seams(self):
        broken = self.breaks('jump at seams', '--pose-noise', '1.5')
        self.assertTrue(any('gradient at seams' in line for line in broken), broken)

    def test_picture_beside_its_projection(self):
        self.breaks('does not lie', '--offset', '2')

    def test_ghosts(self):
        self.breaks('is cut', '--mean')

    def test_a_tile_forgotten_and_a_tile_invented(self):
        def change(said):
            said['tiles'][0]['file'] = 'other.jpg'

        broken = self.poses('0_0.jpg is not in the report', change=change)
        self.assertTrue(any('other.jpg is no tile' in line for line in broken))

    def test_reports_that_break_the_contract(self):
        def without(said):
            del said['tiles'][0]['gain']

        def no_rotation(said):
            said['tiles'][0]['world_from_camera'][0] += 0.1

        self.poses('has no gain', change=without)
        self.poses('is no rotation', change=no_rotation)


class OfFolders(unittest.TestCase):
    """Strangers, second sets, tiles that show nothing."""

    def made(self, *more):
        work = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, work)
        truth = generate(work, *more)
        pano_stand_in.main([work, os.path.join(work, 'out.png'), '--no-picture'])
        with open(os.path.join(work, 'out.json')) as f:
            return work, truth, json.load(f)

    def check(self, work, said):
        with open(os.path.join(work, 'out.json'), 'w') as f:
            json.dump(said, f)
        return check_panorama.check(check_panorama.arguments([os.path.join(work, 'out.json'), work, '--no-picture']))['broken']

    def test_strangers_and_two_sets(self):
        work, truth, said = self.made('--stray', '1', '--second', '2', '--duplicates', '1', '--names', 'counter')
        self.assertEqual(self.check(work, said), [])
        second = [t['file'] for t in truth['tiles'] if t['set'] == 1]
        for tile in said['tiles']:
            if os.path.basename(tile['file']) in second:
                tile['panorama'] = 0
        self.assertTrue(any('mixes sets' in line for line in self.check(work, said)))

    def test_a_stray_that_is_placed(self):
        work, truth, said = self.made('--stray', '1')
        stray = next(t['file'] for t in truth['tiles'] if t['expect'] == ['left_out'])
        for tile in said['tiles']:
            if os.path.basename(tile['file']) == stray:
                tile.update(verdict='placed', panorama=0, gain=[1, 1, 1], world_from_camera=said['tiles'][0]['world_from_camera'])
        self.assertTrue(any(stray in line for line in self.check(work, said)))

    def test_featureless_tiles_have_a_limit_of_their_own(self):
        work, truth, said = self.made('--featureless', '0.34')
        blank = [t['file'] for t in truth['tiles'] if t['featureless']]
        self.assertEqual(len(blank), 2)
        self.assertEqual(self.check(work, said), [])

    def test_a_ring_may_begin_anywhere(self):
        work, truth, said = self.made('--layout', 'ring', '--rows', '1', '--cols', '8', '--hfov', '62', '--size', '160x120')
        for tile in said['tiles']:
            tile['col'] = (tile['col'] + 3) % 8
        self.assertEqual(self.check(work, said), [])
        said['tiles'][2]['col'] += 1
        self.assertNotEqual(self.check(work, said), [])


class OfTheGenerator(unittest.TestCase):
    def test_same_seed_same_files(self):
        folders = []
        for _ in range(2):
            work = tempfile.mkdtemp()
            self.addCleanup(shutil.rmtree, work)
            generate(work, '--scene', 'town', '--names', 'dwarf', '--order', 'serpentine', '--orientation', 'mixed', '--exif', 'focal35')
            tiles = os.path.join(work, 'tiles')
            folders.append({})
            for name in sorted(os.listdir(tiles)):
                with open(os.path.join(tiles, name), 'rb') as f:
                    folders[-1][name] = f.read()
        self.assertEqual(*folders)


if __name__ == '__main__':
    unittest.main()
