# SPDX-License-Identifier: MIT
"""Which parts run, and what must be built for them."""
import unittest

import helpers  # noqa: F401 (the path)
import options
import targets


class Options(unittest.TestCase):
    def test_scaling_and_memory_only_when_asked(self):
        self.assertNotIn('scaling', options.parse([]).parts)
        self.assertIn('night', options.parse([]).parts)
        self.assertIn('memory', options.parse(['--memory']).parts)
        self.assertEqual(options.parse(['fits|scal']).parts, ['fits', 'scaling'])
        self.assertEqual(options.parse(['--memory', 'fits']).parts, ['fits', 'memory'])

    def test_only_what_is_needed_is_built(self):
        self.assertEqual(targets.targets_of(['fits', 'night']), ['nightstack', 'io_fits_bench'])
        self.assertEqual(targets.targets_of(['panorama']), ['nightstack', 'opencv_stitcher'])

    def test_frames(self):
        self.assertEqual((options.parse([]).frames, options.parse(['--quick']).frames), (20, 8))
        self.assertEqual(options.parse(['--frames', '60']).frames, 60)


if __name__ == '__main__':
    unittest.main()
