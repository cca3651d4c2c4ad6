// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/hypothesis.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nightstack {
namespace {

const StarPoint& at(std::span<const StarPoint> points, int i) { return points[static_cast<std::size_t>(i)]; }

std::vector<Point> moved(std::span<const StarPoint> frame, const Similarity& s) {
    std::vector<Point> places;
    places.reserve(frame.size());
    for (const StarPoint& p : frame) places.push_back(s(p.x, p.y));
    return places;
}

bool allowed_scale(const Similarity& s, const MatchOptions& o) {
    const double scale = std::sqrt(s.scale2());
    constexpr double slack = 0.002;  // a fit of few stars may step a little over the edge
    return scale >= o.min_scale - slack && scale <= o.max_scale + slack;
}

// Pairs at the radius and the fit to them; false when too few are left or the scale leaves its range.
bool step(const Field& field, Similarity& s, std::vector<StarPair>& pairs, double radius_px, const MatchOptions& o) {
    pairs = field.ref_finder.pairs(moved(field.frame, s), radius_px);
    const std::optional<Similarity> fit = fit_similarity(field, pairs);
    if (!fit || !allowed_scale(*fit, o)) return false;
    s = *fit;
    return true;
}

double proof_at(const Field& field, const Similarity& s, double radius_px, const SearchEffort& effort) {
    const std::vector<Point> places = moved(field.frame, s);
    const std::vector<StarPair> pairs = field.ref_finder.pairs(places, radius_px);
    return proof_of(field.ref_finder, field.frame_finder, places, s.transform().inverse(), std::sqrt(s.scale2()), pairs,
                    radius_px, effort);
}

}  // namespace

std::optional<Similarity> fit_similarity(const Field& field, std::span<const StarPair> pairs) {
    if (pairs.size() < 2) return std::nullopt;
    const auto n = static_cast<double>(pairs.size());
    Point mr;
    Point mf;
    for (const StarPair& p : pairs) {
        mr.x += at(field.ref, p.ref).x / n;
        mr.y += at(field.ref, p.ref).y / n;
        mf.x += at(field.frame, p.frame).x / n;
        mf.y += at(field.frame, p.frame).y / n;
    }
    double re = 0;
    double im = 0;
    double norm = 0;
    for (const StarPair& p : pairs) {
        const double u = at(field.ref, p.ref).x - mr.x;
        const double v = at(field.ref, p.ref).y - mr.y;
        const double x = at(field.frame, p.frame).x - mf.x;
        const double y = at(field.frame, p.frame).y - mf.y;
        re += x * u + y * v;
        im += x * v - y * u;
        norm += x * x + y * y;
    }
    if (!(norm > 1)) return std::nullopt;
    Similarity s;
    s.a_re = re / norm;
    s.a_im = im / norm;
    if (!(s.scale2() > 1e-6)) return std::nullopt;
    s.b_re = mr.x - (s.a_re * mf.x - s.a_im * mf.y);
    s.b_im = mr.y - (s.a_im * mf.x + s.a_re * mf.y);
    return s;
}

std::optional<Similarity> best_through_anchors(const Field& field, const StarPair& anchors,
                                               std::span<const StarPair> supporters, double tolerance_px) {
    constexpr std::size_t most = 64;  // quadratic below; true anchors have their friends among any 64
    const auto some = supporters.first(std::min(supporters.size(), most));
    std::optional<Similarity> best;
    int best_count = 0;
    const double limit = tolerance_px * tolerance_px;
    for (const StarPair& s : some) {
        const std::array<StarPair, 2> two{anchors, s};
        const std::optional<Similarity> t = fit_similarity(field, two);
        if (!t) continue;
        int count = 0;
        for (const StarPair& other : some) {
            const StarPoint& f = at(field.frame, other.frame);
            const Point p = (*t)(f.x, f.y);
            const double dx = p.x - at(field.ref, other.ref).x;
            const double dy = p.y - at(field.ref, other.ref).y;
            count += dx * dx + dy * dy <= limit ? 1 : 0;
        }
        if (count > best_count) {
            best_count = count;
            best = t;
        }
    }
    return best_count >= 2 ? best : std::nullopt;  // one is the supporter itself: at least three stars agree
}

std::optional<Hypothesis> refined(const Field& field, const Similarity& start, const MatchOptions& options,
                                  double start_radius_px, const SearchEffort& effort) {
    Hypothesis h{start, {}, 0};
    const double radius = options.radius_px;
    for (double r = start_radius_px; r > radius; r /= 2) {
        if (!step(field, h.similarity, h.pairs, r, options)) return std::nullopt;
    }
    // A start from stars close together leans; each fit reaches further out, until nothing new comes in.
    std::size_t before = 0;
    for (int i = 0; i < 12 && (i < 2 || h.pairs.size() > before); ++i) {
        before = h.pairs.size();
        if (!step(field, h.similarity, h.pairs, radius, options)) return std::nullopt;
    }
    h.pairs = field.ref_finder.pairs(moved(field.frame, h.similarity), radius);
    constexpr std::array<double, 4> shares{1, 0.5, 0.25, 0.125};
    SearchEffort paid = effort;
    paid.log10_transforms += std::log10(static_cast<double>(shares.size()));
    Similarity s = h.similarity;
    std::vector<StarPair> pairs;
    Similarity best = s;
    for (const double share : shares) {
        const double proof = proof_at(field, s, share * radius, paid);
        if (proof > h.proof) best = s;
        h.proof = std::max(h.proof, proof);
        if (!step(field, s, pairs, share * radius, options) || pairs.size() < 3) break;
    }
    // A leaning fit of few stars may come right only when the radius shrinks: what is handed on has to be
    // what was proven. Under lens distortion the wide fit holds more stars and stays.
    std::vector<StarPair> proven = field.ref_finder.pairs(moved(field.frame, best), radius);
    if (proven.size() > h.pairs.size()) {
        h.similarity = best;
        h.pairs = std::move(proven);
    }
    return h;
}

}  // namespace nightstack
