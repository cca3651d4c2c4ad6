// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/sky_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <span>
#include <utility>

#include "pipeline/stages/astrometry/tier.h"
#include "pipeline/stages/registration/search.h"
#include "pipeline/stages/registration/votes.h"

namespace nightstack {
namespace {

constexpr std::array<TierSize, 3> kTiers{{{16, 16, 8}, {32, 20, 10}, {60, 24, 12}}};
constexpr double kSliceRatio = 1.015;       // largest by smallest scale of one vote
constexpr std::size_t kPlacedVotes = 1000;  // of a tier: those whose place is looked at,
constexpr std::size_t kVerifiedVotes = 48;  // and of those that can be, the ones that are verified
constexpr double kSameMatch_px = 20;
constexpr int kLeastPairs = 5;

std::vector<ScaleRange> scale_slices(const MatchOptions& o) {
    const double whole = std::log(o.max_scale / o.min_scale);
    const int count = std::max(1, static_cast<int>(std::ceil(whole / std::log(kSliceRatio))));
    std::vector<ScaleRange> slices;
    for (int i = 0; i < count; ++i) {
        slices.push_back({o.min_scale * std::exp(whole * i / count), o.min_scale * std::exp(whole * (i + 1) / count)});
    }
    return slices;
}

MatchOptions match_options(const SearchFrame& frame, const FieldHints& hints) {
    MatchOptions o;
    // A little more than was asked for, as the first fits of a right match may stray beyond its edge.
    o.min_scale = 1 - 1.1 * hints.scale_tolerance;
    o.max_scale = 1 + 1.1 * hints.scale_tolerance;
    o.radius_px = match_radius_px(frame);
    o.min_proof = hints.min_proof;
    o.min_pairs = kLeastPairs;
    return o;
}

// One parity of one tier.
class TierSearch {
public:
    TierSearch(const CatalogueField& catalogue, const BrightSky& bright, const PolarTable& sky_table,
               const SearchFrame& frame, TierSize size, const FieldHints& hints)
        : catalogue_(catalogue),
          bright_(bright),
          sky_(bright.sky),
          sky_table_(sky_table),
          frame_(frame),
          hints_(hints),
          options_(match_options(frame, hints)),
          slices_(scale_slices(options_)) {
        voters_ = std::min(frame.stars.size(), static_cast<std::size_t>(size.stars));
        const PolarTable table =
            polar_table(std::span<const StarPoint>(frame.stars.data(), voters_), nearest_useful_px(frame));
        anchors_ = frame_anchors(frame, size);
        for (const std::size_t anchor : anchors_) frame_table_.push_back(table[anchor]);
        effort_ = blind_effort(sky_.size(), voters_);
        effort_.log10_transforms += std::log10(hints.allow_mirrored ? 4.0 : 2.0);  // parities and depths
    }

    void run(SkySearch& search, bool mirrored) const;

private:
    const StarPoint& anchor_of(const Vote& v) const {
        return frame_.stars[anchors_[static_cast<std::size_t>(v.frame)]];
    }
    std::vector<Vote> best_votes() const;
    bool can_be_near(const Direction& middle, double slack_px) const;
    Direction middle_of(const Vote& v) const;
    std::optional<SkyMatch> placed(const Vote& v) const;
    bool prove(SkyMatch& match) const;
    bool explains(const SkyMatch& match, const Vote& v) const;

    const CatalogueField& catalogue_;
    const BrightSky& bright_;
    const std::vector<Direction>& sky_;
    const PolarTable& sky_table_;
    const SearchFrame& frame_;
    const FieldHints& hints_;
    MatchOptions options_;
    std::vector<ScaleRange> slices_;
    std::size_t voters_ = 0;            // the brightest so many,
    std::vector<std::size_t> anchors_;  // stars of the frame,
    PolarTable frame_table_;            // and what they see
    SearchEffort effort_;
};

bool TierSearch::can_be_near(const Direction& middle, double slack_px) const {
    const double slack_deg = 0.01 * hints_.max_error_deg + slack_px * hints_.arcsec_per_px / 3600;
    return dot(middle, direction_of(hints_.near)) >= std::cos((hints_.max_error_deg + slack_deg) * kRadiansPerDegree);
}

// Where the frame's middle lies when a vote is right, to a degree of rotation.
Direction TierSearch::middle_of(const Vote& v) const {
    const StarPoint& anchor = anchor_of(v);
    const ScaleRange& slice = slices_[static_cast<std::size_t>(v.slice)];
    const double turn = (v.bin + 1) * 2 * std::numbers::pi / angle_bins;
    const double scale = 0.5 * (slice.min + slice.max);
    const double re = scale * std::cos(turn);
    const double im = scale * std::sin(turn);
    const double dx = frame_.middle.x - anchor.x;
    const double dy = frame_.middle.y - anchor.y;
    return TangentPlane(sky_[static_cast<std::size_t>(v.ref)], hints_.arcsec_per_px)
        .direction({re * dx - im * dy, im * dx + re * dy});
}

std::vector<Vote> TierSearch::best_votes() const {
    std::vector<Vote> votes;
    for (std::size_t s = 0; s < slices_.size(); ++s) {
        collect_votes(votes, sky_table_, frame_table_, bright_.anchors, slices_[s], static_cast<int>(s),
                      options_.radius_px);
    }
    const auto better = [](const Vote& a, const Vote& b) {
        if (a.score != b.score) return a.score > b.score;
        if (a.ref != b.ref) return a.ref < b.ref;
        return a.frame != b.frame ? a.frame < b.frame : a.slice < b.slice;
    };
    const std::size_t kept = std::min(votes.size(), kPlacedVotes);
    std::partial_sort(votes.begin(), votes.begin() + static_cast<std::ptrdiff_t>(kept), votes.end(), better);
    votes.resize(kept);
    std::erase_if(votes, [&](const Vote& v) { return !can_be_near(middle_of(v), 0.02 * frame_.diagonal_px()); });
    votes.resize(std::min(votes.size(), kVerifiedVotes));
    return votes;
}

// The same similarity in the plane that touches the sky at the frame's middle.
std::optional<Similarity> about_middle(const TangentPlane& from, const TangentPlane& to, const Similarity& s,
                                       const SearchFrame& frame) {
    std::vector<StarPoint> corners;
    std::vector<StarPoint> places;
    std::vector<StarPair> pairs;
    for (const double x : {-0.5, 0.5}) {
        for (const double y : {-0.5, 0.5}) {
            const Point corner{frame.middle.x + x * frame.width_px, frame.middle.y + y * frame.height_px};
            const Point place = to.place(from.direction(s(corner.x, corner.y)));
            const int number = static_cast<int>(corners.size());
            corners.push_back({corner.x, corner.y, number});
            places.push_back({place.x, place.y, number});
            pairs.push_back({number, number});
        }
    }
    return fit_similarity(Field(places, corners), pairs);
}

// What the voters of `v` agree on; nothing is proven yet.
std::optional<SkyMatch> TierSearch::placed(const Vote& v) const {
    const TangentPlane local(sky_[static_cast<std::size_t>(v.ref)], hints_.arcsec_per_px);
    const StarPoint& anchor = anchor_of(v);
    std::vector<StarPoint> places{{0, 0, 0}};
    std::vector<StarPoint> pixels{anchor};
    std::vector<StarPair> friends;
    for (const StarPair& p :
         supporters(v, sky_table_, frame_table_, slices_[static_cast<std::size_t>(v.slice)], options_.radius_px)) {
        const int number = static_cast<int>(places.size());
        const Point place = local.place(sky_[static_cast<std::size_t>(p.ref)]);
        places.push_back({place.x, place.y, number});
        pixels.push_back(frame_.stars[static_cast<std::size_t>(p.frame)]);
        friends.push_back({number, number});
    }
    const auto start = best_through_anchors(Field(places, pixels), {0, 0}, friends, 2 * options_.radius_px);
    if (!start) return std::nullopt;
    const Direction middle = local.direction((*start)(frame_.middle.x, frame_.middle.y));
    if (!can_be_near(middle, 5 * options_.radius_px)) return std::nullopt;
    const TangentPlane plane(middle, hints_.arcsec_per_px);
    const auto similarity = about_middle(local, plane, *start, frame_);
    if (!similarity) return std::nullopt;
    return SkyMatch{plane, *similarity, {}, 0, false};
}

// The stars of the frame against those of the catalogue there: all, and the voters alone, as faint strangers make
// chance likelier where the catalogue has few stars. The surer one counts.
bool TierSearch::prove(SkyMatch& match) const {
    const double reach_deg = 0.51 * options_.max_scale * frame_.diagonal_px() * hints_.arcsec_per_px / 3600;
    const std::vector<Direction> sky = catalogue_.in_cone(match.plane.touch(), reach_deg);
    const Similarity start = match.plane_from_frame;
    std::vector<StarPoint> places;
    for (const Direction& d : sky) {
        const Point p = match.plane.place(d);
        places.push_back({p.x, p.y, static_cast<int>(places.size())});
    }
    bool proven = false;
    for (const std::size_t depth : {frame_.stars.size(), voters_}) {
        const std::span<const StarPoint> stars(frame_.stars.data(), depth);
        const auto h = refined(Field(places, stars), start, options_, 4 * options_.radius_px, effort_);
        if (!h || (proven && h->proof <= match.proof)) continue;
        proven = true;
        match.plane_from_frame = h->similarity;
        match.proof = h->proof;
        match.pairs.clear();
        for (const StarPair& p : h->pairs) {
            const StarPoint& star = stars[static_cast<std::size_t>(p.frame)];
            match.pairs.push_back({{star.x, star.y}, sky[static_cast<std::size_t>(p.ref)]});
        }
    }
    return proven;
}

// The anchors of `v` lie on top of each other under `match`: another road to the same place.
bool TierSearch::explains(const SkyMatch& match, const Vote& v) const {
    const Direction& d = sky_[static_cast<std::size_t>(v.ref)];
    if (dot(d, match.plane.touch()) < 0.5) return false;
    const StarPoint& anchor = anchor_of(v);
    const Point p = match.plane_from_frame(anchor.x, anchor.y);
    const Point q = match.plane.place(d);
    return std::hypot(p.x - q.x, p.y - q.y) <= 2 * options_.radius_px;
}

bool same_place(const SkyMatch& a, const SkyMatch& b, const SearchFrame& frame) {
    if (a.mirrored != b.mirrored || dot(a.plane.touch(), b.plane.touch()) < 0.5) return false;
    for (const double x : {-0.5, 0.5}) {
        const double at = frame.middle.x + x * frame.width_px;
        const Point p = a.plane_from_frame(at, frame.middle.y);
        const Point q = a.plane.place(b.plane.direction(b.plane_from_frame(at, frame.middle.y)));
        if (std::hypot(p.x - q.x, p.y - q.y) > kSameMatch_px) return false;
    }
    return true;
}

void TierSearch::run(SkySearch& search, bool mirrored) const {
    for (const Vote& v : best_votes()) {
        const auto known = [&](const SkyMatch& m) { return m.mirrored == mirrored && explains(m, v); };
        if (std::any_of(search.found.begin(), search.found.end(), known)) continue;
        std::optional<SkyMatch> match = placed(v);
        if (!match || !prove(*match)) continue;
        match->mirrored = mirrored;
        const Direction middle = match->plane.direction(match->plane_from_frame(frame_.middle.x, frame_.middle.y));
        if (!can_be_near(middle, 0)) continue;
        search.best_proof = std::max(search.best_proof, match->proof);
        if (match->proof < hints_.min_proof || static_cast<int>(match->pairs.size()) < kLeastPairs) continue;
        const auto twin = std::find_if(search.found.begin(), search.found.end(),
                                       [&](const SkyMatch& m) { return same_place(m, *match, frame_); });
        if (twin == search.found.end()) {
            search.found.push_back(std::move(*match));
        } else if (match->proof > twin->proof) {
            *twin = std::move(*match);
        }
    }
}

}  // namespace

double SearchFrame::diagonal_px() const { return std::hypot(width_px, height_px); }

double match_radius_px(const SearchFrame& frame) { return std::max(3.0, 0.001 * frame.diagonal_px()); }

SearchFrame mirrored(const SearchFrame& frame) {
    SearchFrame seen = frame;
    seen.middle.x = -seen.middle.x;
    for (StarPoint& s : seen.stars) s.x = -s.x;
    return seen;
}

SkySearch search_sky(const CatalogueField& catalogue, const SearchFrame& frame, const FieldHints& hints) {
    SkySearch search;
    const SearchFrame seen = mirrored(frame);
    const double farthest_px = (1 + hints.scale_tolerance) * frame.diagonal_px() + match_radius_px(frame);
    std::size_t before = 0;
    for (const TierSize& size : kTiers) {
        const BrightSky bright =
            catalogue.brighter_than_rank(size.stars, size.bright, anchor_reach_deg(frame, size, hints));
        const std::size_t all = bright.sky.size() + std::min(frame.stars.size(), static_cast<std::size_t>(size.stars));
        if (std::exchange(before, all) == all) break;
        const PolarTable table = sky_table(bright.sky, hints.arcsec_per_px, nearest_useful_px(frame), farthest_px);
        TierSearch(catalogue, bright, table, frame, size, hints).run(search, false);
        if (hints.allow_mirrored) TierSearch(catalogue, bright, table, seen, size, hints).run(search, true);
        if (!search.found.empty()) break;
    }
    std::sort(search.found.begin(), search.found.end(),
              [](const SkyMatch& a, const SkyMatch& b) { return a.proof > b.proof; });
    return search;
}

}  // namespace nightstack
