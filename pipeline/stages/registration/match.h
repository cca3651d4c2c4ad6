// SPDX-License-Identifier: MIT
// Finds which stars of a frame are which stars of the reference, knowing nothing beforehand: any
// rotation, any shift that leaves about ten common stars, strangers in both lists, scale within
// the options. Pure and deterministic: no random numbers, the order of the lists does not matter.
// The answer is proven or refused: see proof.h for the number called proof.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/core/star.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/registration/pairing.h"

namespace nightstack {

struct MatchOptions {
    double min_scale = 0.98;  // ref pixels per frame pixel; the same camera by default,
    double max_scale = 1.02;  // 0.4 .. 2.5 to compare different ones
    bool allow_mirrored = false;
    double radius_px = 3;        // two stars this close (in ref) are one; also covers lens distortion
    double min_proof = 6;        // one false match in a million tries
    int min_pairs = 4;           // blind; a prior needs two
    int max_stars = 500;         // of each list, the brightest
    double separation_px = 1.5;  // closer than this to a brighter star = the same star listed twice

    std::optional<Transform> prior;  // ref_from_frame as expected; tried first
    double prior_radius_px = 16;     // how far it may be off
    double min_prior_proof = 4;      // nothing was searched, so less will do

    void check() const;  // throws OptionError
};

struct MatchResult {
    std::vector<StarPair> pairs;  // list positions in ref and frame, ordered by ref
    double proof = 0;
    Transform ref_from_frame;  // first similarity (with a reflection when mirrored): equal weights, to be refined
    bool mirrored = false;
    bool from_prior = false;
};

// A match, or what came nearest to one.
struct MatchAttempt {
    std::optional<MatchResult> match;
    double best_proof = 0;
    int ref_stars = 0;  // usable ones
    int frame_stars = 0;
};

MatchAttempt attempt_match(const StarList& ref, const StarList& frame, const MatchOptions& options = {});
std::optional<MatchResult> match_stars(const StarList& ref, const StarList& frame, const MatchOptions& options = {});

}  // namespace nightstack
