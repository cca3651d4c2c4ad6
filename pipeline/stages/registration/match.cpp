// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/stages/registration/hypothesis.h"
#include "pipeline/stages/registration/usable_stars.h"
#include "pipeline/stages/registration/votes.h"

namespace nightstack {
namespace {

// Few bright stars settle the ordinary frame; the cost grows with the fourth power, so more are
// asked only when these did not.
constexpr std::array<int, 3> tiers{24, 48, 80};
constexpr std::size_t verified_votes = 64;  // of a tier, the best
constexpr double slice_ratio = 1.05;        // scale range of one vote, wider ranges are cut up

std::span<const StarPoint> brightest(const std::vector<StarPoint>& points, int count) {
    return {points.data(), std::min(points.size(), static_cast<std::size_t>(count))};
}

std::vector<ScaleRange> scale_slices(const MatchOptions& o) {
    const double whole = std::log(o.max_scale / o.min_scale);
    const int count = std::max(1, static_cast<int>(std::ceil(whole / std::log(slice_ratio))));
    std::vector<ScaleRange> slices;
    for (int i = 0; i < count; ++i) {
        slices.push_back({o.min_scale * std::exp(whole * i / count), o.min_scale * std::exp(whole * (i + 1) / count)});
    }
    return slices;
}

std::vector<Vote> best_votes(const PolarTable& ref, const PolarTable& frame, const std::vector<ScaleRange>& slices,
                             double tolerance_px) {
    std::vector<Vote> votes;
    for (std::size_t s = 0; s < slices.size(); ++s) {
        collect_votes(votes, ref, frame, slices[s], static_cast<int>(s), tolerance_px);
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
bool explained(const Hypothesis& h, const Field& field, const Vote& v, double radius_px) {
    const StarPoint& f = field.frame[static_cast<std::size_t>(v.frame)];
    const StarPoint& r = field.ref[static_cast<std::size_t>(v.ref)];
    const Point p = h.similarity(f.x, f.y);
    return std::hypot(p.x - r.x, p.y - r.y) <= radius_px;
}

SearchEffort blind_effort(std::size_t ref_stars, std::size_t frame_stars) {
    const auto a = static_cast<double>(ref_stars);
    const auto b = static_cast<double>(frame_stars);
    return {std::log10(std::max(1.0, a * (a - 1) * b * (b - 1) / 2)), 2};
}

double nearest_useful_px(std::span<const StarPoint> points, double tolerance_px) {
    const Extent e = extent_of(points);
    return std::max(4 * tolerance_px, 0.03 * std::hypot(e.x1 - e.x0, e.y1 - e.y0));
}

bool accepted(const Hypothesis& h, const MatchOptions& o) {
    return h.proof >= o.min_proof && static_cast<int>(h.pairs.size()) >= o.min_pairs;
}

// The stars that may vote; `index` is the position in the field, over which the proof is counted.
struct Voters {
    std::vector<StarPoint> ref;
    std::vector<StarPoint> frame;
};

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

// The best hypothesis of one tier.
Hypothesis search_tier(const Field& field, std::span<const StarPoint> ref, std::span<const StarPoint> frame,
                       const std::vector<ScaleRange>& slices, const MatchOptions& o) {
    const double tolerance_px = o.radius_px;
    const PolarTable ref_table = polar_table(ref, nearest_useful_px(ref, tolerance_px));
    const PolarTable frame_table = polar_table(frame, nearest_useful_px(frame, tolerance_px));
    const SearchEffort effort = blind_effort(ref.size(), frame.size());
    Hypothesis best;
    std::vector<Hypothesis> seen;
    for (Vote v : best_votes(ref_table, frame_table, slices, tolerance_px)) {
        std::vector<StarPair> friends =
            supporters(v, ref_table, frame_table, slices[static_cast<std::size_t>(v.slice)], tolerance_px);
        for (StarPair& p : friends) p = in_field(p, ref, frame);
        const StarPair anchors = in_field({v.ref, v.frame}, ref, frame);
        v.ref = anchors.ref;
        v.frame = anchors.frame;
        if (std::any_of(seen.begin(), seen.end(),
                        [&](const Hypothesis& h) { return explained(h, field, v, o.radius_px); })) {
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

Hypothesis search_blind(const Field& field, const Voters& voters, const MatchOptions& o) {
    const std::vector<ScaleRange> slices = scale_slices(o);
    Hypothesis best;
    const std::size_t longest = std::max(voters.ref.size(), voters.frame.size());
    for (const int tier : tiers) {
        Hypothesis h = search_tier(field, brightest(voters.ref, tier), brightest(voters.frame, tier), slices, o);
        if (h.proof > best.proof) best = std::move(h);
        if (accepted(best, o) || static_cast<std::size_t>(tier) >= longest) break;
    }
    return best;
}

// Moves no corner of the frame's stars by more than this: what hot pixels would look like.
bool stands_still(const Similarity& s, const Extent& e) {
    constexpr double still_px = 1;
    for (const Point c : {Point{e.x0, e.y0}, Point{e.x1, e.y0}, Point{e.x0, e.y1}, Point{e.x1, e.y1}}) {
        const Point p = s(c.x, c.y);
        if (std::hypot(p.x - c.x, p.y - c.y) > still_px) return false;
    }
    return true;
}

// Sensor defects stay where they are and match perfectly. When nothing moved, look once more among
// the stars this does not explain; a motion with more proof is the sky's.
Hypothesis without_identity_trap(const Field& field, Hypothesis found, const MatchOptions& o) {
    if (!stands_still(found.similarity, field.frame_finder.extent())) return found;
    Voters rest = voters_of(field);
    const auto paired = [&](bool in_ref, int i) {
        return std::any_of(found.pairs.begin(), found.pairs.end(),
                           [&](const StarPair& p) { return (in_ref ? p.ref : p.frame) == i; });
    };
    std::erase_if(rest.ref, [&](const StarPoint& p) { return paired(true, p.index); });
    std::erase_if(rest.frame, [&](const StarPoint& p) { return paired(false, p.index); });
    if (std::min(rest.ref.size(), rest.frame.size()) < found.pairs.size()) return found;  // cannot prove more
    Hypothesis other = search_blind(field, rest, o);
    return accepted(other, o) && other.proof > found.proof ? other : found;
}

// Given beforehand: pairs within the wide radius, no search to pay for.
std::optional<Hypothesis> try_prior(const Field& field, const Transform& prior, const MatchOptions& o) {
    std::vector<Point> places;
    for (const StarPoint& p : field.frame) places.push_back(prior({p.x, p.y}));
    double proof = 0;
    const SearchEffort three_radii{std::log10(3.0), 0};
    std::vector<StarPair> widest;
    for (const double share : {1.0, 0.5, 0.25}) {
        const double radius = share * o.prior_radius_px;
        const std::vector<StarPair> pairs = field.ref_finder.pairs(places, radius);
        if (share == 1.0) widest = pairs;
        proof = std::max(proof, proof_of(field.ref_finder, field.frame_finder, places, prior.inverse(), prior.scale(),
                                         pairs, radius, three_radii));
    }
    const std::optional<Similarity> start = fit_similarity(field, widest);
    if (!start) return std::nullopt;
    const SearchEffort effort = blind_effort(widest.size(), widest.size());
    std::optional<Hypothesis> h = refined(field, *start, o, o.prior_radius_px / 2, effort);
    if (!h || h->pairs.size() < 2) return std::nullopt;
    h->proof = std::max(h->proof, proof);
    return h;
}

MatchResult result_of(const Hypothesis& h, const Field& field, bool mirrored, bool from_prior) {
    MatchResult m;
    for (const StarPair& p : h.pairs) m.pairs.push_back(in_field(p, field.ref, field.frame));
    std::sort(m.pairs.begin(), m.pairs.end(), [](const StarPair& a, const StarPair& b) { return a.ref < b.ref; });
    m.proof = h.proof;
    m.ref_from_frame = h.similarity.transform();
    if (mirrored) m.ref_from_frame = m.ref_from_frame * Transform({-1, 0, 0, 0, 1, 0, 0, 0, 1});
    m.mirrored = mirrored;
    m.from_prior = from_prior;
    return m;
}

void match_blind(MatchAttempt& attempt, const Field& field, const MatchOptions& o, bool mirrored) {
    Hypothesis h = search_blind(field, voters_of(field), o);
    attempt.best_proof = std::max(attempt.best_proof, h.proof);
    if (!accepted(h, o)) return;
    if (!mirrored) h = without_identity_trap(field, std::move(h), o);
    attempt.match = result_of(h, field, mirrored, false);
    attempt.best_proof = h.proof;
}

bool match_prior(MatchAttempt& attempt, const Field& field, const MatchOptions& o) {
    std::optional<Hypothesis> h = try_prior(field, *o.prior, o);
    if (!h) return false;
    attempt.best_proof = h->proof;
    if (h->proof < o.min_prior_proof) return false;
    const Hypothesis chosen = without_identity_trap(field, *h, o);
    attempt.match = result_of(chosen, field, false, chosen.pairs == h->pairs);
    attempt.best_proof = chosen.proof;
    return true;
}

}  // namespace

void MatchOptions::check() const {
    const auto refuse = [](const std::string& text) { throw OptionError("match: " + text); };
    if (!(min_scale > 0.05 && max_scale >= min_scale && max_scale < 20)) {
        refuse("scale range " + std::to_string(min_scale) + " .. " + std::to_string(max_scale) + " is not usable");
    }
    if (!(radius_px > 0 && radius_px <= 100)) refuse("radius_px " + std::to_string(radius_px) + " is not in 0 .. 100");
    if (!(prior_radius_px >= radius_px && prior_radius_px <= 1000)) {
        refuse("prior_radius_px " + std::to_string(prior_radius_px) + " is not in radius_px .. 1000");
    }
    if (!(min_proof >= 0 && min_prior_proof >= 0)) refuse("a least proof below 0 accepts everything");
    if (min_pairs < 3) refuse("min_pairs " + std::to_string(min_pairs) + " is below 3");
    if (max_stars < 3 || max_stars > 20000) refuse("max_stars " + std::to_string(max_stars) + " is not in 3 .. 20000");
    if (!(separation_px >= 0)) refuse("separation_px is below 0");
    if (prior && !(prior->scale() > 1e-3 && prior->scale() < 1e3)) refuse("the prior transform cannot be inverted");
}

MatchAttempt attempt_match(const StarList& ref, const StarList& frame, const MatchOptions& options) {
    options.check();
    const std::vector<StarPoint> r = usable_stars(ref, options.separation_px, options.max_stars);
    std::vector<StarPoint> f = usable_stars(frame, options.separation_px, options.max_stars);
    MatchAttempt attempt;
    attempt.ref_stars = static_cast<int>(r.size());
    attempt.frame_stars = static_cast<int>(f.size());
    if (r.size() < 2 || f.size() < 2) return attempt;
    {
        const Field field(r, f);
        if (options.prior && match_prior(attempt, field, options)) return attempt;
        match_blind(attempt, field, options, false);
    }
    if (attempt.match || !options.allow_mirrored) return attempt;
    for (StarPoint& p : f) p.x = -p.x;
    match_blind(attempt, Field(r, f), options, true);
    return attempt;
}

std::optional<MatchResult> match_stars(const StarList& ref, const StarList& frame, const MatchOptions& options) {
    return attempt_match(ref, frame, options).match;
}

}  // namespace nightstack
