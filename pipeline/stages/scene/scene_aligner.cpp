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
#include "pipeline/stages/scene/follow.h"
#include "pipeline/stages/scene/pyramid.h"
#include "pipeline/stages/scene/reference_levels.h"
#include "pipeline/stages/scene/small_motion.h"

namespace nightstack {
namespace {

constexpr std::size_t kTries = 2;     // guesses that are followed up
constexpr int kLeastCoarsePx = 10;    // of the reduced plane's shorter side: a strip shows nothing in it
constexpr double kBeyondDoubt = 0.6;  // share of agreeing patches: nothing better is looked for

struct MatchScratch {
    Pyramid pyramid;
    CoarseScratch coarse;
    FollowScratch follow;
};

double share_of(const std::optional<SceneMatch>& m) { return m ? static_cast<double>(m->agreeing) / m->patches : 0; }

}  // namespace

struct SceneAligner::Parts {
    SceneOptions options;
    int width = 0;
    int height = 0;
    std::optional<ReferenceLevels> levels;  // none: too small
    mutable Pool<MatchScratch> pool;

    void look(std::optional<SceneMatch>& best, const Transform& coarse_prior, bool turned, ImageView<const float> frame,
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

// The plane without impulses and its pyramid while the reference is taken; then patches, the coarse search, a pyramid.
std::size_t scene_aligner_bytes(int width, int height) {
    const std::size_t plane = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * sizeof(float);
    return plane + plane / 3 + (std::size_t{8} << 20);
}

SceneAligner::SceneAligner(ImageView<const float> reference, SceneOptions options) : parts_(std::make_unique<Parts>()) {
    options.check();
    parts_->options = options;
    parts_->width = reference.width();
    parts_->height = reference.height();
    const int narrow = std::min(reference.width(), reference.height());
    const int reduced = narrow >> level_for(reference.width(), reference.height(), kCoarsePx);
    if (narrow < kLeastScenePx || reduced < kLeastCoarsePx) return;
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
        p.look(best, near, turned, frame, *scratch);
        if (!(near == Transform())) p.look(best, {}, turned, frame, *scratch);
    }
    return best;
}

// What more of the patches agree on takes the place of what was found before.
void SceneAligner::Parts::look(std::optional<SceneMatch>& best, const Transform& coarse_prior, bool turned,
                               ImageView<const float> frame, MatchScratch& s) const {
    if (share_of(best) >= kBeyondDoubt) return;
    const std::vector<CoarseGuess> guesses = levels->coarse.guesses(s.coarse, coarse_prior, turned);
    for (std::size_t k = 0; k < std::min(kTries, guesses.size()) && share_of(best) < kBeyondDoubt; ++k) {
        const auto match = follow(*levels, guesses[k], frame, s.pyramid, options, s.follow);
        if (share_of(match) > share_of(best)) best = match;
    }
}

}  // namespace nightstack
