// SPDX-License-Identifier: MIT
// What is up there: stars and extended objects, in the pixels of frame 0, before any optics, mount,
// weather or camera. Plain values, may be written by hand as well as made from a seed.
#pragma once

#include <cstdint>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/sky/bands.h"
#include "pipeline/sky/extended.h"

namespace nightstack::sky {

struct SceneStar {
    double x = 0;  // in pixels of frame 0; may lie outside of it
    double y = 0;
    Rgb flux_e;  // electrons per frame that a full plane of that colour collects at transparency 1
};

struct Scene {
    std::vector<SceneStar> stars;  // make_scene: brightest first
    std::vector<ExtendedObject> extended;
};

struct SceneOptions {
    std::uint64_t seed = 1;
    int width = 3840;  // of the frame
    int height = 2160;
    int margin_px = 200;  // stars exist this far outside frame 0, for drift and rotation to bring in
    int n_stars = 1500;   // inside frame 0 (on average); the margin has the same density
    // Counts: N(brighter than F) falls like F^-slope between the two ends; the real sky has 0.6 to 0.9.
    double faintest_e = 500;
    double brightest_e = 2e6;
    double slope = 0.75;
    double colour_spread = 0.3;  // sigma of ln(R/G); ln(B/G) goes the other way
    int n_galaxies = 2;
    double galaxy_e = 4e5;      // total light of the first; each further one has half of it
    int n_nebula_clumps = 8;    // a red cloud of that many patches round a place off the centre
    double nebula_peak_e = 25;  // electrons per pixel that one patch adds at its heart (red)

    void check() const;  // throws OptionError
};

// A pure function of its options.
Scene make_scene(const SceneOptions& options);

// Throws OptionError for places that are no numbers and light below zero.
void check_scene(const Scene& scene);

}  // namespace nightstack::sky
