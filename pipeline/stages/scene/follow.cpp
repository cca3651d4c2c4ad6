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
constexpr int kRounds = 5;                 // of fits per level
// No further round when nothing moves by more, px of the level: the last level, and those whose answer is only a guess.
constexpr double kStillPx = 0.02, kGuessPx = 0.08;
constexpr double kTurnError = 0.006;  // rad; more is not determined
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

class Follower {
public:
    Follower(const ReferenceLevels& levels, ImageView<const float> frame, const Pyramid& pyramid,
             const SceneOptions& options, FollowScratch& scratch)
        : levels_(levels), frame_(frame), pyramid_(pyramid), options_(options), scratch_(scratch) {}

    Round fitted(std::span<const ScenePatches> patches, Transform ref_from_frame, double still_px) {
        Round round;
        for (int k = 0; k < kRounds; ++k) {
            round = once(patches, ref_from_frame);
            ref_from_frame = round.ref_from_frame;
            if (round.fit.step_px < still_px) break;
        }
        return round;
    }

    bool proven(const Round& round, double coarse_correlation) const {
        const int agreeing = round.fit.agreeing;
        const double share = static_cast<double>(agreeing) / std::max(1, round.fit.voting);
        if (agreeing < 1 || share < options_.least_share) return false;
        if (round.fit.residual_px > kMostResidual * options_.agree_px) return false;
        if (agreeing >= kManyPatches) return true;
        return share >= kFewShare && round.correlation >= kFewPatchCorrelation &&
               coarse_correlation >= kFewCoarseCorrelation;
    }

private:
    Round once(std::span<const ScenePatches> levels, const Transform& ref_from_frame) {
        scratch_.motions.clear();
        scratch_.gains.clear();
        const int finest = levels.back().level;
        double correlations = 0;
        for (const ScenePatches& patches : levels) {
            const Transform frame_from_ref = at_level(ref_from_frame, patches.level).inverse();
            const ImageView<const float> plane = pyramid_.at(patches.level, frame_);
            const double px = std::ldexp(1.0, patches.level - finest);
            for (const ScenePatch& patch : patches.patches) {
                const auto shift = find_patch(patches, patch, plane, frame_from_ref, scratch_.patch);
                if (!shift) continue;
                scratch_.motions.push_back(motion_of(patches, patch, *shift, px));
                if (!scratch_.motions.back().counts) continue;
                correlations += shift->correlation;
                scratch_.gains.emplace_back(shift->gain, patch.signal);
            }
        }
        Round out;
        out.fit = fit_motion(scratch_.motions, terms(), kTurnError, options_.agree_px);
        if (!scratch_.gains.empty()) {
            out.gain = weighted_median(scratch_.gains);
            out.correlation = correlations / static_cast<double>(scratch_.gains.size());
        }
        out.ref_from_frame = at_level(out.fit.moved * at_level(ref_from_frame, finest), -finest);
        return out;
    }

    int terms() const {
        if (options_.model == SceneModel::shift || !levels_.turn_shows) return 2;
        return options_.model == SceneModel::rigid ? 3 : 4;
    }

    const ReferenceLevels& levels_;
    ImageView<const float> frame_;
    const Pyramid& pyramid_;
    const SceneOptions& options_;
    FollowScratch& scratch_;
};

}  // namespace

std::optional<SceneMatch> follow(const ReferenceLevels& levels, const CoarseGuess& guess, ImageView<const float> frame,
                                 const Pyramid& pyramid, const SceneOptions& options, FollowScratch& scratch) {
    Follower follower(levels, frame, pyramid, options, scratch);
    std::optional<SceneMatch> best;
    Transform now = at_level(guess.ref_from_frame, -levels.coarse_level);
    for (std::size_t k = 0; k < levels.fine.size(); ++k) {
        // The last level has its neighbour beside it: larger patches see more of what is smooth.
        const bool last = k + 1 == levels.fine.size();
        const std::size_t first = last && k > 0 ? k - 1 : k;
        const Round round =
            follower.fitted(std::span(levels.fine).subspan(first, k - first + 1), now, last ? kStillPx : kGuessPx);
        if (!follower.proven(round, guess.correlation)) break;
        now = round.ref_from_frame;
        const double px = std::ldexp(1.0, levels.fine[k].level);
        const double share = static_cast<double>(round.fit.agreeing) / round.fit.voting;
        // Blur takes contrast from the fine levels, cloud from all.
        const double gain = best ? best->gain : round.gain;
        best = SceneMatch{now,
                          share * round.correlation,
                          px * round.fit.residual_px,
                          gain,
                          round.fit.voting,
                          round.fit.agreeing,
                          round.fit.turn_fitted};
    }
    return best;
}

}  // namespace nightstack
