// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/scene_aligner.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/core/pool.h"
#include "pipeline/stages/scene/coarse_search.h"
#include "pipeline/stages/scene/motion_fit.h"
#include "pipeline/stages/scene/pyramid.h"
#include "pipeline/stages/scene/reference_levels.h"
#include "pipeline/stages/scene/scene_patch.h"
#include "pipeline/stages/scene/small_motion.h"

namespace nightstack {
namespace {

constexpr double kFoundCorrelation = 0.4;  // of a patch, below it was not found
constexpr int kRounds = 5;                 // of fits per level
constexpr double kStillPx = 0.01;          // of the level: no further round
constexpr std::size_t kTries = 2;          // guesses that are followed up
// A few patches agree by chance, so they must look alike, and so must the whole.
constexpr int kManyPatches = 6;
constexpr double kFewPatchCorrelation = 0.7;
constexpr double kFewCoarseCorrelation = 0.5;

struct MatchScratch {
    Pyramid pyramid;
    CoarseScratch coarse;
    PatchScratch patch;
    std::vector<PatchMotion> motions;
};

struct LevelFit {
    Transform ref_from_frame;  // between whole planes
    MotionFit fit;
    int in_view = 0;
    double correlation = 0;  // mean over what was found
};

}  // namespace

struct SceneAligner::Parts {
    SceneOptions options;
    int width = 0;
    int height = 0;
    std::optional<ReferenceLevels> levels;  // none: too small
    mutable Pool<MatchScratch> pool;

    std::optional<SceneMatch> followed(const CoarseGuess& guess, ImageView<const float> frame, MatchScratch& s) const;
    LevelFit one_round(const ScenePatches& patches, const Transform& ref_from_frame, ImageView<const float> frame,
                       MatchScratch& s) const;
    LevelFit fitted(const ScenePatches& patches, Transform ref_from_frame, ImageView<const float> frame,
                    MatchScratch& s) const;
    bool proven(const LevelFit& fit, double coarse_correlation) const;
    std::optional<SceneMatch> best_of(const Transform& coarse_prior, bool turned, ImageView<const float> frame,
                                      MatchScratch& s) const;
    Point centre() const { return {0.5 * (width - 1), 0.5 * (height - 1)}; }
};

void SceneOptions::check() const {
    if (!(most_turn_deg >= 0 && most_turn_deg <= 30))
        throw OptionError("scene alignment: a turn of " + std::to_string(most_turn_deg) + " degrees is not in 0 to 30");
    if (!(least_share > 0 && least_share <= 1))
        throw OptionError("scene alignment: a share of " + std::to_string(least_share) +
                          " is not above 0 and at most 1");
    if (!(agree_px > 0)) throw OptionError("scene alignment: agree_px " + std::to_string(agree_px) + " is not above 0");
}

SceneAligner::SceneAligner(ImageView<const float> reference, SceneOptions options) : parts_(std::make_unique<Parts>()) {
    options.check();
    parts_->options = options;
    parts_->width = reference.width();
    parts_->height = reference.height();
    if (std::min(reference.width(), reference.height()) < kLeastScenePx) return;
    const double step_deg = std::atan(CoarseSearch::kTurnStep) * 180 / std::numbers::pi;
    parts_->levels.emplace(reference, static_cast<int>(std::ceil(options.most_turn_deg / step_deg - 0.5)));
}

SceneAligner::~SceneAligner() = default;
SceneAligner::SceneAligner(SceneAligner&&) noexcept = default;
SceneAligner& SceneAligner::operator=(SceneAligner&&) noexcept = default;

bool SceneAligner::has_texture() const { return parts_->levels && !parts_->levels->fine.empty(); }

std::optional<SceneMatch> SceneAligner::match(ImageView<const float> frame, const Transform& prior) const {
    const Parts& p = *parts_;
    if (!has_texture() || !frame.same_size(p.width, p.height)) return std::nullopt;
    const auto scratch = p.pool.borrow();
    const int top = p.levels->coarse_level;
    build(scratch->pyramid, frame, top);
    p.levels->coarse.take_frame(scratch->coarse, scratch->pyramid.at(top, frame));
    const bool rigid = p.options.model != SceneModel::similarity;
    const Transform near = at_level(similarity_at(prior, p.centre(), rigid), top);
    std::optional<SceneMatch> best;
    for (const bool turned : {false, true}) {
        if (!best) best = p.best_of(near, turned, frame, *scratch);
        if (!best && !(near == Transform())) best = p.best_of(Transform(), turned, frame, *scratch);
    }
    return best;
}

std::optional<SceneMatch> SceneAligner::Parts::best_of(const Transform& coarse_prior, bool turned,
                                                       ImageView<const float> frame, MatchScratch& s) const {
    const std::vector<CoarseGuess> guesses = levels->coarse.guesses(s.coarse, coarse_prior, turned);
    std::optional<SceneMatch> best;
    for (std::size_t k = 0; k < std::min(kTries, guesses.size()) && !best; ++k) best = followed(guesses[k], frame, s);
    return best;
}

// Down the levels as long as the patches prove it; where the finer ones drown in noise, the coarser ones' answer
// stands.
std::optional<SceneMatch> SceneAligner::Parts::followed(const CoarseGuess& guess, ImageView<const float> frame,
                                                        MatchScratch& s) const {
    std::optional<SceneMatch> best;
    Transform now = at_level(guess.ref_from_frame, -levels->coarse_level);
    for (const ScenePatches& patches : levels->fine) {
        const LevelFit fit = fitted(patches, now, s.pyramid.at(patches.level, frame), s);
        if (!proven(fit, guess.correlation)) break;
        now = fit.ref_from_frame;
        const double px = std::ldexp(1.0, patches.level);
        const double share = static_cast<double>(fit.fit.agreeing) / fit.in_view;
        best = SceneMatch{now,         share * fit.correlation, px * fit.fit.residual_px,
                          fit.in_view, fit.fit.agreeing,        fit.fit.turn_fitted};
    }
    return best;
}

LevelFit SceneAligner::Parts::fitted(const ScenePatches& patches, Transform ref_from_frame,
                                     ImageView<const float> frame, MatchScratch& s) const {
    LevelFit fit;
    for (int round = 0; round < kRounds; ++round) {
        fit = one_round(patches, ref_from_frame, frame, s);
        ref_from_frame = fit.ref_from_frame;
        if (fit.fit.step_px < kStillPx) break;
    }
    return fit;
}

LevelFit SceneAligner::Parts::one_round(const ScenePatches& patches, const Transform& ref_from_frame,
                                        ImageView<const float> frame, MatchScratch& s) const {
    LevelFit out;
    const Transform here = at_level(ref_from_frame, patches.level);
    const Transform frame_from_ref = here.inverse();
    s.motions.clear();
    double correlations = 0;
    int found = 0;
    for (const ScenePatch& patch : patches.patches) {
        const auto shift = find_patch(patches, patch, frame, frame_from_ref, s.patch);
        if (!shift) continue;
        PatchMotion m;
        m.at = patches.centre(patch);
        m.ux = patch.ux;
        m.uy = patch.uy;
        m.along = shift->along;
        m.across = shift->across;
        // A hair of noise where there is none, so that nothing is divided by it.
        const double noise = std::max(shift->noise, 1e-6 * std::sqrt(patch.energy));
        m.along_error = noise / std::sqrt(patch.strong);
        m.across_error = patch.weak > 0 ? noise / std::sqrt(patch.weak) : 0;
        m.counts = shift->correlation >= kFoundCorrelation;
        if (m.counts) correlations += shift->correlation;
        if (m.counts) ++found;
        s.motions.push_back(m);
    }
    const int terms = options.model == SceneModel::shift ? 2 : options.model == SceneModel::rigid ? 3 : 4;
    const double agree = options.agree_px;
    out.fit = fit_motion(s.motions, terms, agree);
    out.in_view = static_cast<int>(s.motions.size());
    out.correlation = found > 0 ? correlations / found : 0;
    out.ref_from_frame = at_level(out.fit.moved * here, -patches.level);
    return out;
}

bool SceneAligner::Parts::proven(const LevelFit& fit, double coarse_correlation) const {
    if (fit.fit.agreeing < 1 || fit.fit.agreeing < options.least_share * fit.in_view) return false;
    if (fit.fit.agreeing >= kManyPatches) return true;
    return fit.correlation >= kFewPatchCorrelation && coarse_correlation >= kFewCoarseCorrelation;
}

}  // namespace nightstack
