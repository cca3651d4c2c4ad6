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

double share_of(const std::optional<Followed>& f) {
    return f ? static_cast<double>(f->match.agreeing) / f->match.patches : 0;
}

SceneUnknown unknown_of(const Followed& f) {
    SceneUnknown u;
    u.error_px = f.weakest_error;
    u.turn = f.weakest.is_turn();
    const double deg = std::atan2(f.weakest.unit[1], f.weakest.unit[0]) * 180 / std::numbers::pi;
    u.direction_deg = deg < 0 ? deg + 180 : deg;
    return u;
}

}  // namespace

struct SceneAligner::Parts {
    SceneOptions options;
    int width = 0;
    int height = 0;
    std::optional<ReferenceLevels> levels;  // none: too small
    mutable Pool<MatchScratch> pool;

    // What a frame is laid by: `near` is the prior between whole planes.
    struct Asked {
        ImageView<const float> frame;
        Transform near;
        MatchScratch& scratch;
    };
    void look(std::optional<Followed>& best, const Transform& coarse_prior, bool turned, const Asked& asked) const;
    bool has_guessed_turn(const Followed& found, const Asked& asked) const;
    std::optional<Followed> held(const Followed& found, const Asked& asked) const;
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

std::optional<SceneMatch> SceneAligner::match(ImageView<const float> frame, const Transform& prior,
                                              std::optional<SceneUnknown>* unknown) const {
    const Parts& p = *parts_;
    if (unknown != nullptr) unknown->reset();
    if (!has_texture() || !frame.same_size(p.width, p.height)) return std::nullopt;
    const auto scratch = p.pool.borrow();
    const int top = p.levels->coarse_level;
    build(scratch->pyramid, frame, top);
    p.levels->coarse.take_frame(scratch->coarse, scratch->pyramid.at(top, frame));
    const bool rigid = p.options.model != SceneModel::similarity;
    const Parts::Asked asked{frame, similarity_at(prior, p.centre(), rigid), *scratch};
    const Transform near = at_level(asked.near, top);
    std::optional<Followed> best;
    for (const bool turned : {false, true}) {
        p.look(best, near, turned, asked);
        if (!(near == Transform())) p.look(best, {}, turned, asked);
    }
    if (!best) return std::nullopt;
    if (p.has_guessed_turn(*best, asked)) {
        if (unknown != nullptr) *unknown = {best->turn_error, true, 0};
        return std::nullopt;
    }
    best->match.held = !best->match.turn_fitted && best->turn_error > kKnownPx;
    if (best->weakest_error <= kKnownPx) return best->match;
    if (const auto held = p.held(*best, asked)) return held->match;
    if (best->weakest.is_turn() && best->weakest_error <= p.options.agree_px) return best->match;
    if (unknown != nullptr) *unknown = unknown_of(*best);
    return std::nullopt;
}

// What more of the patches agree on takes the place of what was found before.
void SceneAligner::Parts::look(std::optional<Followed>& best, const Transform& coarse_prior, bool turned,
                               const Asked& asked) const {
    if (share_of(best) >= kBeyondDoubt) return;
    MatchScratch& s = asked.scratch;
    const std::vector<CoarseGuess> guesses = levels->coarse.guesses(s.coarse, coarse_prior, turned);
    for (std::size_t k = 0; k < std::min(kTries, guesses.size()) && share_of(best) < kBeyondDoubt; ++k) {
        const auto found = follow(*levels, guesses[k], asked.near, asked.frame, s.pyramid, options, s.follow);
        if (share_of(found) > share_of(best)) best = found;
    }
}

// Whether the turn is neither measured nor the prior's: one of those that were tried, and it matters.
bool SceneAligner::Parts::has_guessed_turn(const Followed& found, const Asked& asked) const {
    if (found.match.turn_fitted || options.model == SceneModel::shift) return false;
    const MotionAxis& axis = found.weakest;
    const Transform from_prior = found.match.ref_from_frame * asked.near.inverse();
    return std::abs(terms_of(axis.middle, axis.radius, from_prior)[2]) > kKnownPx;
}

// Along the axis that is not known as the prior says, where that can be believed.
std::optional<Followed> SceneAligner::Parts::held(const Followed& found, const Asked& asked) const {
    Followed from = found;
    MotionAxis& axis = from.weakest;
    double error = from.weakest_error;
    if (axis.is_turn()) {
        error *= std::abs(axis.unit[2]);
        axis.unit = {0, 0, 1, 0};
    }
    MotionTerms from_prior = terms_of(axis.middle, axis.radius, found.match.ref_from_frame * asked.near.inverse());
    const double along = dot(from_prior, axis.unit);
    for (std::size_t k = 0; k < from_prior.size(); ++k) from_prior[k] -= along * axis.unit[k];
    const bool near = axis.is_turn() || std::sqrt(dot(from_prior, from_prior)) <= kNearPx;
    if (!near || std::abs(along) > kPriorErrors * error) return std::nullopt;
    MatchScratch& s = asked.scratch;
    auto again = follow_held(*levels, from, motion_of(axis.middle, axis.radius, from_prior) * asked.near, asked.frame,
                             s.pyramid, options, s.follow);
    if (!again || !(again->weakest_error <= options.agree_px)) return std::nullopt;
    again->match.held = true;
    return again;
}

}  // namespace nightstack
