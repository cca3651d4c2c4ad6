// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/follow.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace nightstack {
namespace {

constexpr double kFoundCorrelation = 0.5;  // of a patch, below it was not found
constexpr double kFarPx = 3;               // of the level: further off it was not found
constexpr int kRounds = 10;                // of fits per level
// No further round when nothing moves by more, px of the level: the last level, and those whose answer is only a guess.
constexpr double kStillPx = 0.02, kGuessPx = 0.08;
constexpr double kTurnError = 0.006;  // rad; more is not determined
constexpr double kProbePx = 0.5;      // of the finest level
constexpr std::size_t kProbed = 24;   // patches at least, or all there are
constexpr double kLeastResponse = 0.05;
// A few patches agree by chance, so most of them must, and they must look alike, and so must the whole.
constexpr int kManyPatches = 8;
constexpr double kFewShare = 0.6;
// Patches that agree by chance do so anywhere within the tolerance: rms 0.7 of it. Those that were found are closer.
constexpr double kMostResidual = 0.45;
constexpr double kFewPatchCorrelation = 0.7;
constexpr double kFewCoarseCorrelation = 0.5;

// One fit to all patches of some levels, in px of the finest.
struct Round {
    Transform ref_from_frame;  // between whole planes
    MotionFit fit;
    double correlation = 0;  // mean over what was found
    double gain = 1;         // median over it
};

PatchMotion motion_of(const ScenePatches& patches, const ScenePatch& patch, const PatchShift& shift, double px) {
    PatchMotion m;
    const Point at = patches.centre(patch);
    m.at = {(at.x + 0.5) * px - 0.5, (at.y + 0.5) * px - 0.5};
    m.ux = patch.ux;
    m.uy = patch.uy;
    m.along = px * shift.along;
    m.across = px * shift.across;
    m.along_error = px * shift.along_error;
    m.across_error = px * shift.across_error;
    m.roundness = patch.weak / patch.strong;
    m.counts = shift.correlation >= kFoundCorrelation && std::abs(shift.along) <= kFarPx;
    return m;
}

// The value below and above which the weights are equal.
double weighted_median(std::vector<std::pair<double, double>>& values) {
    std::sort(values.begin(), values.end());
    double half = 0, sum = 0;
    for (const auto& [value, weight] : values) half += weight / 2;
    for (const auto& [value, weight] : values) {
        sum += weight;
        if (sum >= half) return value;
    }
    return values.back().first;
}

// Where the frame is expected to lie, and along what it must.
struct Expected {
    Transform place;
    std::optional<MotionAxis> held;  // between whole planes
};

double turn_of(const Transform& similarity) { return similarity.row_major()[3] / similarity.row_major()[0]; }

MotionAxis of_level(MotionAxis axis, int level) {
    const double px = std::ldexp(1.0, level);
    axis.middle = {(axis.middle.x + 0.5) / px - 0.5, (axis.middle.y + 0.5) / px - 0.5};
    axis.radius /= px;
    return axis;
}

class Follower {
public:
    Follower(const ReferenceLevels& levels, ImageView<const float> frame, const Pyramid& pyramid,
             const SceneOptions& options, FollowScratch& scratch)
        : levels_(levels), frame_(frame), pyramid_(pyramid), options_(options), scratch_(scratch) {}

    // `expected` has the turn that is kept where none shows; with `held` nothing moves along it.
    Round fitted(std::size_t first, std::size_t last, Transform ref_from_frame, double still_px,
                 const Expected& expected) {
        Round round;
        for (int k = 0; k < kRounds; ++k) {
            looked_ = ref_from_frame;
            round = once(first, last, ref_from_frame, expected);
            ref_from_frame = round.ref_from_frame;
            if (round.fit.step_px < still_px) break;
        }
        return round;
    }

    // The last level has its neighbour beside it: larger patches see more of what is smooth.
    std::size_t first_of(std::size_t k) const { return k > 0 && k + 1 == levels_.fine.size() ? k - 1 : k; }

    bool proven(const Round& round, double coarse_correlation) const {
        const int agreeing = round.fit.agreeing;
        const double share = static_cast<double>(agreeing) / std::max(1, round.fit.voting);
        if (agreeing < 1 || share < options_.least_share) return false;
        if (round.fit.residual_px > kMostResidual * options_.agree_px) return false;
        if (agreeing >= kManyPatches) return true;
        return share >= kFewShare && round.correlation >= kFewPatchCorrelation &&
               coarse_correlation >= kFewCoarseCorrelation;
    }

    // Share of a motion along the last fit's weakest axis that its patches tell.
    double known(const Round& round) {
        const MotionAxis& axis = round.fit.weakest;
        MotionTerms step = axis.unit;
        for (double& v : step) v *= kProbePx;
        const int finest = levels_.fine[scratch_.tried.back().level].level;
        const Transform probe =
            at_level(motion_of(axis.middle, axis.radius, step) * at_level(looked_, finest), -finest);
        const std::size_t n = scratch_.tried.size(), stride = std::max<std::size_t>(1, n / kProbed);
        std::vector<PatchMotion>&before = scratch_.before, &after = scratch_.after;
        before.clear();
        after.clear();
        for (std::size_t k = 0; k < n; k += stride) {
            const auto& [level, patch] = scratch_.tried[k];
            const ScenePatches& patches = levels_.fine[level];
            const auto shift = find(patches, patches.patches[patch], at_level(probe, patches.level).inverse());
            if (!shift) continue;
            before.push_back(scratch_.motions[k]);
            after.push_back(
                motion_of(patches, patches.patches[patch], *shift, std::ldexp(1.0, patches.level - finest)));
        }
        return response(before, after, axis, kProbePx, round.fit, options_.agree_px);
    }

    // All patches of the levels [first, last] once, and what they agree on.
    Round once(std::size_t first, std::size_t last, const Transform& ref_from_frame, const Expected& expected) {
        scratch_.motions.clear();
        scratch_.tried.clear();
        scratch_.gains.clear();
        const int finest = levels_.fine[last].level;
        double correlations = 0;
        for (std::size_t level = first; level <= last; ++level) {
            const ScenePatches& patches = levels_.fine[level];
            const Transform frame_from_ref = at_level(ref_from_frame, patches.level).inverse();
            const double px = std::ldexp(1.0, patches.level - finest);
            for (std::size_t k = 0; k < patches.patches.size(); ++k) {
                const ScenePatch& patch = patches.patches[k];
                const auto shift = find(patches, patch, frame_from_ref);
                if (!shift) continue;
                scratch_.tried.push_back({level, k});
                scratch_.motions.push_back(motion_of(patches, patch, *shift, px));
                if (!scratch_.motions.back().counts) continue;
                correlations += shift->correlation;
                scratch_.gains.emplace_back(shift->gain, patch.signal);
            }
        }
        Round out;
        out.fit = fit_motion(scratch_.motions, options_for(ref_from_frame, expected, finest));
        if (!scratch_.gains.empty()) {
            out.gain = weighted_median(scratch_.gains);
            out.correlation = correlations / static_cast<double>(scratch_.gains.size());
        }
        out.ref_from_frame = at_level(out.fit.moved * at_level(ref_from_frame, finest), -finest);
        return out;
    }

    std::optional<PatchShift> find(const ScenePatches& patches, const ScenePatch& patch,
                                   const Transform& frame_from_ref) {
        return find_patch(patches, patch, pyramid_.at(patches.level, frame_), frame_from_ref, scratch_.patch);
    }

    // A turn that patches close together do not show well must stand out.
    FitOptions options_for(const Transform& ref_from_frame, const Expected& expected, int finest) const {
        FitOptions o{terms(), kTurnError, options_.agree_px, {}, {}};
        if (!levels_.turn_shows) o.turned = turn_of(ref_from_frame * expected.place.inverse());
        if (expected.held) {
            o.turned.reset();
            o.held = of_level(*expected.held, finest);
        }
        return o;
    }

    int terms() const {
        if (options_.model == SceneModel::shift) return 2;
        return options_.model == SceneModel::rigid ? 3 : 4;
    }

    const ReferenceLevels& levels_;
    ImageView<const float> frame_;
    const Pyramid& pyramid_;
    const SceneOptions& options_;
    FollowScratch& scratch_;
    Transform looked_;  // where the last round looked
};

Followed followed(const Round& round, const ReferenceLevels& levels, std::size_t k) {
    const double px = std::ldexp(1.0, levels.fine[k].level);
    const double share = static_cast<double>(round.fit.agreeing) / round.fit.voting;
    Followed out;
    out.match.ref_from_frame = round.ref_from_frame;
    out.match.quality = share * round.correlation;
    out.match.residual_px = px * round.fit.residual_px;
    out.match.gain = round.gain;
    out.match.patches = round.fit.voting;
    out.match.agreeing = round.fit.agreeing;
    out.match.turn_fitted = round.fit.turn_fitted;
    out.level = k;
    return out;
}

// `known`: the share that the patches tell along the weakest axis.
void take_certainty(Followed& out, const Round& round, double known, const ReferenceLevels& levels) {
    const int level = levels.fine[out.level].level;
    const double px = std::ldexp(1.0, level), all = px * round.fit.error_px, weakest = px * round.fit.weakest_error;
    out.weakest = of_level(round.fit.weakest, -level);
    out.turn_error = px * round.fit.turn_error;
    out.weakest_error = known > kLeastResponse ? weakest / std::min(1.0, known) : INFINITY;
    out.match.error_px =
        std::sqrt(std::max(0.0, all * all - weakest * weakest) + out.weakest_error * out.weakest_error);
}

}  // namespace

std::optional<Followed> follow(const ReferenceLevels& levels, const CoarseGuess& guess, const Transform& expected,
                               ImageView<const float> frame, const Pyramid& pyramid, const SceneOptions& options,
                               FollowScratch& scratch) {
    Follower follower(levels, frame, pyramid, options, scratch);
    std::optional<Followed> best;
    std::optional<Round> proven;
    Transform now = at_level(guess.ref_from_frame, -levels.coarse_level);
    for (std::size_t k = 0; k < levels.fine.size(); ++k) {
        const bool last = k + 1 == levels.fine.size();
        const Round round = follower.fitted(follower.first_of(k), k, now, last ? kStillPx : kGuessPx, {expected, {}});
        if (!follower.proven(round, guess.correlation)) {
            // What the level before knew has to be asked again.
            if (best) proven = follower.fitted(follower.first_of(k - 1), k - 1, now, INFINITY, {expected, {}});
            break;
        }
        now = round.ref_from_frame;
        // Blur takes contrast from the fine levels, cloud from all.
        const double gain = best ? best->match.gain : round.gain;
        best = followed(round, levels, k);
        best->match.gain = gain;
        proven = round;
    }
    if (best) take_certainty(*best, *proven, follower.known(*proven), levels);
    return best;
}

std::optional<Followed> follow_held(const ReferenceLevels& levels, const Followed& found,
                                    const Transform& ref_from_frame, ImageView<const float> frame,
                                    const Pyramid& pyramid, const SceneOptions& options, FollowScratch& scratch) {
    Follower follower(levels, frame, pyramid, options, scratch);
    const std::size_t k = found.level;
    const Round round =
        follower.fitted(follower.first_of(k), k, ref_from_frame, kStillPx, {ref_from_frame, found.weakest});
    if (!follower.proven(round, 1)) return std::nullopt;
    Followed out = followed(round, levels, k);
    out.match.gain = found.match.gain;
    take_certainty(out, round, follower.known(round), levels);
    return out;
}

}  // namespace nightstack
