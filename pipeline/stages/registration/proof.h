// SPDX-License-Identifier: MIT
// How surely a match is not chance. Own wording of the a-contrario test (Moisan and Stival, IJCV 57,
// 2004): suppose the stars were strewn at random with the density they really have; then
//
//   p     = 1 - exp(-lambda pi r^2)          one moved star meets a star within r
//   proof = -log10( T * sum_{i >= k-u} C(n-u, i) p^i (1-p)^(n-u-i) )
//
// with n stars that fall into the other list's field, k of them paired, u = 2 pairs that fix the
// similarity and so prove nothing, and T transforms that could have been tried. 10^-proof bounds
// the number of false matches to expect. lambda is the largest of three densities: of the whole
// list, of the paired stars over the area they fill (0 for a line, so collinear stars never prove
// anything), and around the paired stars (clusters). Both directions are computed, the lower counts.
#pragma once

#include <span>

#include "pipeline/core/transform.h"
#include "pipeline/stages/registration/pairing.h"

namespace nightstack {

// log10 of the upper tail P(X >= k), X ~ Binomial(n, p). 0 for k <= 0, -infinity for k > n.
double log10_binomial_tail(int n, int k, double p);

// What was searched before this transform was looked at.
struct SearchEffort {
    double log10_transforms = 0;  // T; 0 when the transform was given beforehand
    int pairs_used = 0;           // u
};

// The proof of `pairs` (positions in ref.points() and frame.points()) under a transform of the given
// scale (ref pixels per frame pixel). `places` are the frame's points in ref.
double proof_of(const PairFinder& ref, const PairFinder& frame, std::span<const Point> places,
                const Transform& frame_from_ref, double scale, std::span<const StarPair> pairs, double radius_px,
                const SearchEffort& effort);

}  // namespace nightstack
