// SPDX-License-Identifier: MIT
// From a guess to a proven transform: start from few pairs, pair all stars within a shrinking
// radius, fit again, and count the proof (local optimisation as in LO-RANSAC; Chum, Matas and
// Kittler, DAGM 2003). Inner part of the registration room.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "pipeline/stages/registration/match.h"
#include "pipeline/stages/registration/pairing.h"
#include "pipeline/stages/registration/proof.h"
#include "pipeline/stages/registration/votes.h"

namespace nightstack {

// ref = a * frame + b over the complex numbers: rotation and scale in a, shift in b.
struct Similarity {
    double a_re = 1;
    double a_im = 0;
    double b_re = 0;
    double b_im = 0;

    Point operator()(double x, double y) const { return {a_re * x - a_im * y + b_re, a_im * x + a_re * y + b_im}; }
    double scale2() const { return a_re * a_re + a_im * a_im; }
    Transform transform() const { return Transform({a_re, -a_im, b_re, a_im, a_re, b_im, 0, 0, 1}); }
};

// Both lists, ready for search; positions in pairs below are positions in these points.
struct Field {
    std::span<const StarPoint> ref;
    std::span<const StarPoint> frame;
    PairFinder ref_finder;
    PairFinder frame_finder;
    Field(std::span<const StarPoint> r, std::span<const StarPoint> f)
        : ref(r), frame(f), ref_finder(r), frame_finder(f) {}
};

struct Hypothesis {
    Similarity similarity;
    std::vector<StarPair> pairs;  // within the radius of the options
    double proof = 0;
};

// Least squares with equal weights. Needs two pairs at different places.
std::optional<Similarity> fit_similarity(const Field& field, std::span<const StarPair> pairs);

// The similarity through both anchors and the one supporter that most other supporters agree with.
std::optional<Similarity> best_through_anchors(const Field& field, const StarPair& anchors,
                                               std::span<const StarPair> supporters, double tolerance_px);

// Shrinking radii, then the proof at several radii (the best counts, their number is paid for).
std::optional<Hypothesis> refined(const Field& field, const Similarity& start, const MatchOptions& options,
                                  double start_radius_px, const SearchEffort& effort);

}  // namespace nightstack
