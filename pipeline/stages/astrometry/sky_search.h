// SPDX-License-Identifier: MIT
// The search of field_solver.h: votes of few bright stars, then of more, until something is proven. Inner part of the
// astrometry room; pure, any thread.
#pragma once

#include <vector>

#include "pipeline/core/star.h"
#include "pipeline/stages/astrometry/catalogue_field.h"
#include "pipeline/stages/astrometry/field_solver.h"
#include "pipeline/stages/astrometry/sky_plane.h"
#include "pipeline/stages/registration/hypothesis.h"
#include "pipeline/stages/registration/usable_stars.h"

namespace nightstack {

// One star of the frame and what the catalogue says about it.
struct SkyPair {
    Point pixel;
    Direction sky;
};

// The stars of a frame, brightest first, as the search sees them: pixels of the ideal plane, x counted from the other
// end when mirrored.
struct SearchFrame {
    std::vector<StarPoint> stars;
    Point middle;
    double width_px = 0;
    double height_px = 0;
    double diagonal_px() const;
};

// A proven place of the frame.
struct SkyMatch {
    TangentPlane plane;           // touches the sky at the frame's middle, to a few pixels
    Similarity plane_from_frame;  // from the pixels of a SearchFrame
    std::vector<SkyPair> pairs;   // pixels of a SearchFrame
    double proof = 0;
    bool mirrored = false;
};

struct SkySearch {
    std::vector<SkyMatch> found;  // different ones, most proof first
    double best_proof = 0;        // found or not
};

// How far two sightings of one star may lie from each other.
double match_radius_px(const SearchFrame& frame);

SkySearch search_sky(const CatalogueField& catalogue, const SearchFrame& frame, const FieldHints& hints);

// The same frame seen in a mirror.
SearchFrame mirrored(const SearchFrame& frame);

}  // namespace nightstack
