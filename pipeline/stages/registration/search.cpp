// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "pipeline/stages/registration/votes.h"

namespace nightstack {
namespace {

// Few bright stars settle the ordinary frame; more are asked only when these did not. All stars of
// a tier vote, but only its brightest are tried as anchors: one true pair among them is enough, and
// the cost is anchors^2 * stars^2.
struct TierSize {
    int stars;
    int anchors;
};
constexpr std::array<TierSize, 4> tiers{{{24, 24}, {48, 36}, {80, 48}, {120, 60}}};
constexpr std::size_t verified_votes = 64;  // of a tier, the best
constexpr double narrow_range = 1.06;       // max / min up to which scales are cut finely
constexpr double narrow_slice = 1.015;      // max / min of one vote
constexpr double wide_slice = 1.05;

std::span<const StarPoint> brightest(const std::vector<StarPoint>& points, int count) {
    return {points.data(), std::min(points.size(), static_cast<std::size_t>(count))};
}

// A vote looks at one narrow range of scales at a time: strangers agree less often, so fewer common
// stars stand out. First the range around 1, where one camera has its scale, then all others.
std::vector<std::vector<ScaleRange>> scale_groups(const MatchOptions& o) {
    const double whole = std::log(o.max_scale / o.min_scale);
    const double ratio = whole > std::log(narrow_range) ? wide_slice : narrow_slice;
    const int count = std::max(1, static_cast<int>(std::ceil(whole / std::log(ratio) - 1e-9)));
    std::vector<ScaleRange> near_one;
    std::vector<ScaleRange> others;
    for (int i = 0; i < count; ++i) {
        const ScaleRange s{o.min_scale * std::exp(whole * i / count), o.min_scale * std::exp(whole * (i + 1) / count)};
        (s.min <= 1 && s.max >= 1 ? near_one : others).push_back(s);
    }
    std::vector<std::vector<ScaleRange>> groups;
    if (!near_one.empty()) groups.push_back(std::move(near_one));
    if (!others.empty()) groups.push_back(std::move(others));
    return groups;
}

std::vector<Vote> best_votes(const PolarTable& ref, const PolarTable& frame, const std::vector<ScaleRange>& slices,
                             int anchors, double tolerance_px) {
    std::vector<Vote> votes;
    for (std::size_t s = 0; s < slices.size(); ++s) {
        collect_votes(votes, ref, frame, anchors, slices[s], static_cast<int>(s), tolerance_px);
    }
    const auto better = [](const Vote& a, const Vote& b) {
        if (a.score != b.score) return a.score > b.score;
        if (a.ref != b.ref) return a.ref < b.ref;
        return a.frame != b.frame ? a.frame < b.frame : a.slice < b.slice;
    };
    const std::size_t kept = std::min(votes.size(), verified_votes);
    std::partial_sort(votes.begin(), votes.begin() + static_cast<std::ptrdiff_t>(kept), votes.end(), better);
    votes.resize(kept);
    return votes;
}

// The anchors already lie on top of each other under h: another road to the same transform.
bool explained(const Hypothesis& h, const Field& field, const StarPair& anchors, double radius_px) {
    const StarPoint& f = field.frame[static_cast<std::size_t>(anchors.frame)];
    const StarPoint& r = field.ref[static_cast<std::size_t>(anchors.ref)];
    const Point p = h.similarity(f.x, f.y);
    return std::hypot(p.x - r.x, p.y - r.y) <= radius_px;
}

double nearest_useful_px(std::span<const StarPoint> points, double tolerance_px) {
    const Extent e = extent_of(points);
    return std::max(4 * tolerance_px, 0.03 * std::hypot(e.x1 - e.x0, e.y1 - e.y0));
}

// The brightest stars of both lists as they vote.
struct Tier {
    std::span<const StarPoint> ref;
    std::span<const StarPoint> frame;
    PolarTable ref_table;
    PolarTable frame_table;
    int anchors;
    Tier(std::span<const StarPoint> r, std::span<const StarPoint> f, int most_anchors, double tolerance_px)
        : ref(r),
          frame(f),
          ref_table(polar_table(r, nearest_useful_px(r, tolerance_px))),
          frame_table(polar_table(f, nearest_useful_px(f, tolerance_px))),
          anchors(most_anchors) {}
};

// The best hypothesis that one tier finds among these scales.
Hypothesis search_tier(const Field& field, const Tier& tier, const std::vector<ScaleRange>& slices,
                       const MatchOptions& o) {
    const double tolerance_px = o.radius_px;
    const SearchEffort effort = blind_effort(tier.ref.size(), tier.frame.size());
    Hypothesis best;
    std::vector<Hypothesis> seen;
    for (Vote v : best_votes(tier.ref_table, tier.frame_table, slices, tier.anchors, tolerance_px)) {
        std::vector<StarPair> friends =
            supporters(v, tier.ref_table, tier.frame_table, slices[static_cast<std::size_t>(v.slice)], tolerance_px);
        for (StarPair& p : friends) p = in_field(p, tier.ref, tier.frame);
        const StarPair anchors = in_field({v.ref, v.frame}, tier.ref, tier.frame);
        if (std::any_of(seen.begin(), seen.end(),
                        [&](const Hypothesis& h) { return explained(h, field, anchors, o.radius_px); })) {
            continue;
        }
        const std::optional<Similarity> start = best_through_anchors(field, anchors, friends, 2 * tolerance_px);
        if (!start) continue;
        std::optional<Hypothesis> h = refined(field, *start, o, 4 * o.radius_px, effort);
        if (!h) continue;
        if (h->proof > best.proof) best = *h;
        if (accepted(*h, o)) seen.push_back(std::move(*h));
    }
    return best;
}

}  // namespace

SearchEffort blind_effort(std::size_t ref_stars, std::size_t frame_stars) {
    const auto a = static_cast<double>(ref_stars);
    const auto b = static_cast<double>(frame_stars);
    return {std::log10(std::max(1.0, a * (a - 1) * b * (b - 1) / 2)), 2};
}

bool accepted(const Hypothesis& h, const MatchOptions& o) {
    return h.proof >= o.min_proof && static_cast<int>(h.pairs.size()) >= o.min_pairs;
}

Voters voters_of(const Field& field) {
    Voters v;
    for (std::size_t i = 0; i < field.ref.size(); ++i) {
        v.ref.push_back({field.ref[i].x, field.ref[i].y, static_cast<int>(i)});
    }
    for (std::size_t i = 0; i < field.frame.size(); ++i) {
        v.frame.push_back({field.frame[i].x, field.frame[i].y, static_cast<int>(i)});
    }
    return v;
}

StarPair in_field(const StarPair& p, std::span<const StarPoint> ref, std::span<const StarPoint> frame) {
    return {ref[static_cast<std::size_t>(p.ref)].index, frame[static_cast<std::size_t>(p.frame)].index};
}

Hypothesis search_blind(const Field& field, const Voters& voters, const MatchOptions& o) {
    const std::vector<std::vector<ScaleRange>> groups = scale_groups(o);
    Hypothesis best;
    const std::size_t longest = std::max(voters.ref.size(), voters.frame.size());
    for (const TierSize& size : tiers) {
        const Tier tier(brightest(voters.ref, size.stars), brightest(voters.frame, size.stars), size.anchors,
                        o.radius_px);
        for (const std::vector<ScaleRange>& slices : groups) {
            Hypothesis h = search_tier(field, tier, slices, o);
            if (h.proof > best.proof) best = std::move(h);
            if (accepted(best, o)) return best;
        }
        if (static_cast<std::size_t>(size.stars) >= longest) break;
    }
    return best;
}

}  // namespace nightstack
