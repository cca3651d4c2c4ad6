// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/proof.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace nightstack {
namespace {

double log_choose(int n, int k) {  // k <= n; sums of logs, as lgamma writes a global
    const int few = std::min(k, n - k);
    double sum = 0;
    for (int i = 1; i <= few; ++i) sum += std::log(static_cast<double>(n - few + i) / i);
    return sum;
}

// The largest of three views on how densely the partners lie (see the header).
double chance_density(const PairFinder& side, std::span<const int> paired) {
    const double area = filled_area(side.points());
    std::vector<StarPoint> points;
    double around = 0;
    for (const int i : paired) {
        points.push_back(side.points()[static_cast<std::size_t>(i)]);
        around += side.density_around(static_cast<std::size_t>(i));
    }
    const auto k = static_cast<double>(paired.size());
    const double infinity = std::numeric_limits<double>::infinity();
    const double whole = area > 0 ? static_cast<double>(side.points().size()) / area : infinity;
    double inner = 0;
    if (paired.size() >= 4) {  // three or fewer lie on or near a line too easily to say anything
        const double filled = filled_area(points);
        inner = filled > 0 ? k / filled : infinity;
    }
    return std::max({whole, inner, k > 0 ? around / k : 0.0});
}

double one_way(const PairFinder& side, std::span<const int> paired, int trials, double radius_px,
               const SearchEffort& effort) {
    double density = chance_density(side, paired);
    if (!std::isfinite(density)) {
        // Two given stars fill no area; their box is all there is to go by, and only when no search was done.
        const Extent& e = side.extent();
        const double box = (e.x1 - e.x0 + 2 * radius_px) * (e.y1 - e.y0 + 2 * radius_px);
        if (effort.pairs_used > 0 || side.points().size() > 2 || !(box > 0)) return 0;
        density = static_cast<double>(side.points().size()) / box;
    }
    const double p = 1 - std::exp(-density * std::numbers::pi * radius_px * radius_px);
    const int n = std::max(trials, static_cast<int>(paired.size())) - effort.pairs_used;
    const int k = static_cast<int>(paired.size()) - effort.pairs_used;
    if (k <= 0 || p <= 0) return 0;
    return -log10_binomial_tail(n, k, p) - effort.log10_transforms;
}

}  // namespace

double log10_binomial_tail(int n, int k, double p) {
    if (k <= 0) return 0;
    if (k > n) return -std::numeric_limits<double>::infinity();
    if (p >= 1) return 0;
    if (p <= 0) return -std::numeric_limits<double>::infinity();
    double term = 1;
    double sum = 1;
    for (int i = k; i < n; ++i) {  // ratio of neighbouring terms
        term *= static_cast<double>(n - i) / (i + 1) * (p / (1 - p));
        sum += term;
        if (term < 1e-17 * sum) break;
    }
    const double first = log_choose(n, k) + k * std::log(p) + (n - k) * std::log1p(-p);
    return std::min(0.0, (first + std::log(sum)) / std::numbers::ln10);
}

double proof_of(const PairFinder& ref, const PairFinder& frame, std::span<const Point> places,
                const Transform& frame_from_ref, double scale, std::span<const StarPair> pairs, double radius_px,
                const SearchEffort& effort) {
    std::vector<int> ref_paired;
    std::vector<int> frame_paired;
    for (const StarPair& p : pairs) {
        ref_paired.push_back(p.ref);
        frame_paired.push_back(p.frame);
    }
    int in_ref = 0;
    for (const Point& p : places) in_ref += ref.extent().contains(p, radius_px) ? 1 : 0;
    const double frame_radius_px = radius_px / scale;
    int in_frame = 0;
    for (const StarPoint& s : ref.points()) {
        in_frame += frame.extent().contains(frame_from_ref({s.x, s.y}), frame_radius_px) ? 1 : 0;
    }
    return std::min(one_way(ref, ref_paired, in_ref, radius_px, effort),
                    one_way(frame, frame_paired, in_frame, frame_radius_px, effort));
}

}  // namespace nightstack
