// SPDX-License-Identifier: MIT
#include "pipeline/graph/star_doubt.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nightstack {
namespace {

constexpr std::size_t kEnough = 8;  // stars of a light that show by themselves that there is no cloud
constexpr int kLightsAgainst = 3;   // that must say so where they have fewer
constexpr double kCarried = 0.6;    // of the stars in both frames, as pairs: seven in ten and more of real nights
constexpr double kFoundAgain = 0.5;
constexpr double kSamePx = 3;  // as in MatchOptions
// A match of a few patches may be chance in a field of stars, where each patch holds one of them. A planet has no more:
// then they must fit well, and three lights must say so.
constexpr int kEnoughPatches = 5, kFewPatches = 2;
constexpr double kQuality = 0.6, kQualityOfFew = 0.9;
constexpr double kNoDoubt =
    0.8;  // where stars say otherwise; clouded stars themselves lie on each other with up to 0.72

bool inside(Point p, const StreamFormat& f) {
    return p.x >= 0 && p.y >= 0 && p.x <= f.width - 1 && p.y <= f.height - 1;
}

// Stars that would be in both frames: of the list that has fewer of them.
std::size_t common(const StarList& reference, const StarList& stars, const Transform& ref_from_frame,
                   const StreamFormat& format) {
    const Transform back = ref_from_frame.inverse();
    const auto seen = [&](const StarList& list, const Transform& to) {
        return std::count_if(list.begin(), list.end(), [&](const Star& s) { return inside(to({s.x, s.y}), format); });
    };
    return static_cast<std::size_t>(std::min(seen(stars, ref_from_frame), seen(reference, back)));
}

std::size_t found_again(const StarList& reference, const StarList& stars, const Transform& ref_from_frame) {
    return static_cast<std::size_t>(std::count_if(stars.begin(), stars.end(), [&](const Star& s) {
        const Point p = ref_from_frame({s.x, s.y});
        return std::any_of(reference.begin(), reference.end(),
                           [&](const Star& r) { return std::hypot(r.x - p.x, r.y - p.y) < kSamePx; });
    }));
}

bool is_share(double share, std::size_t part, std::size_t of) {
    return static_cast<double>(part) >= share * static_cast<double>(of);
}

}  // namespace

StarDoubt::Answer StarDoubt::hear(const std::optional<SceneMatch>& match, const Registration& by_stars,
                                  const StarList& reference, const StarList& stars, const StreamFormat& format) {
    const bool lies = match && match->agreeing >= kEnoughPatches && match->quality >= kQuality;
    const bool planet = match && match->agreeing >= kFewPatches && match->quality >= kQualityOfFew && !match->held;
    if (by_stars.ok()) {
        const std::size_t in_both = common(reference, stars, by_stars.ref_from_frame, format);
        return !lies || match->quality < kNoDoubt || is_share(kCarried, by_stars.pairs.size(), in_both) ? Answer::stars
                                                                                                        : Answer::scene;
    }
    if (!lies && !planet) return Answer::open;
    const std::size_t in_both =
        std::max(common(reference, stars, match->ref_from_frame, format), std::min(kEnough, reference.size()));
    if (is_share(kFoundAgain, found_again(reference, stars, match->ref_from_frame), in_both)) return Answer::open;
    against_ += lies && stars.size() >= kEnough ? kLightsAgainst : 1;
    return against_ >= kLightsAgainst ? Answer::scene : Answer::open;
}

}  // namespace nightstack
