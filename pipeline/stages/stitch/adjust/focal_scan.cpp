// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/focal_scan.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "pipeline/core/upper_median.h"

namespace nightstack {
namespace {

// Mean over links of what their places miss by, each link bounded so that a false one cannot decide.
double miss_at(std::span<const TileLens> lenses, std::span<const TileLink> links, double factor) {
    double sum = 0, weights = 0;
    for (const TileLink& link : links) {
        TileLens a = lenses[static_cast<std::size_t>(link.a)], b = lenses[static_cast<std::size_t>(link.b)];
        a.f_px *= factor;
        b.f_px *= factor;
        const double weight = static_cast<double>(link.places.size());
        sum += weight * std::min(turn_of(a, b, link).miss_px, 0.02 * (b.width + b.height));
        weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
}

// Those with the most places, where there are more than are needed: the first of equal ones.
std::vector<TileLink> some_of(std::span<const TileLink> links) {
    constexpr std::size_t kMost = 150;
    std::vector<const TileLink*> ranked;
    for (const TileLink& link : links)
        if (!link.places.empty()) ranked.push_back(&link);
    if (ranked.size() > kMost) {
        std::stable_sort(ranked.begin(), ranked.end(),
                         [](const TileLink* p, const TileLink* q) { return p->places.size() > q->places.size(); });
        ranked.resize(kMost);
    }
    std::vector<TileLink> out;
    for (const TileLink* link : ranked) out.push_back(*link);
    return out;
}

}  // namespace

TurnFit turn_of(const TileLens& a, const TileLens& b, const TileLink& link) {
    std::vector<Direction> in_a, in_b;
    for (const Correspondence& place : link.places) {
        in_a.push_back(a.direction(place.a));
        in_b.push_back(b.direction(place.b));
    }
    std::vector<double> weights(in_a.size(), 1.0);
    TurnFit out;
    for (int round = 0; round < 3; ++round) {
        out.a_from_b = best_rotation(in_a, in_b, weights);
        std::vector<double> off;
        for (std::size_t i = 0; i < in_a.size(); ++i) off.push_back(angle_rad(in_a[i], out.a_from_b(in_b[i])) * b.f_px);
        out.miss_px = upper_median(off);
        const double half = std::max(2 * out.miss_px, 0.1);
        for (std::size_t i = 0; i < off.size(); ++i) weights[i] = 1 / (1 + off[i] * off[i] / (half * half));
    }
    return out;
}

FocalScan scan_focal(std::span<const TileLens> lenses, std::span<const TileLink> all_links, double hint_f_px) {
    const std::vector<TileLink> links = some_of(all_links);
    if (links.empty() || lenses.empty()) return {};
    const TileLens& first = lenses[0];
    const double side = std::max(first.width, first.height);
    constexpr int kSteps = 56;
    const double low = std::log(side / 3), high = std::log(side * 40);
    const auto factor = [&](double log_f) { return std::exp(log_f) / first.f_px; };
    std::vector<double> misses;
    for (int i = 0; i <= kSteps; ++i) misses.push_back(miss_at(lenses, links, factor(low + (high - low) * i / kSteps)));
    const auto best = static_cast<int>(std::min_element(misses.begin(), misses.end()) - misses.begin());
    // The golden section around the best step.
    double l = low + (high - low) * std::max(best - 1, 0) / kSteps,
           r = low + (high - low) * std::min(best + 1, kSteps) / kSteps;
    for (int i = 0; i < 14; ++i) {
        const double m1 = r - (r - l) * 0.618, m2 = l + (r - l) * 0.618;
        if (miss_at(lenses, links, factor(m1)) < miss_at(lenses, links, factor(m2)))
            r = m2;
        else
            l = m1;
    }
    FocalScan out;
    out.f_px = std::exp((l + r) / 2);
    out.miss_px = miss_at(lenses, links, factor((l + r) / 2));
    // Places lie to a quarter of a pixel or so; what differs by less than that says nothing.
    out.determined = misses.back() > 1.05 * out.miss_px + 0.1;
    if (hint_f_px > 0) {
        const double at_hint = miss_at(lenses, links, hint_f_px / first.f_px);
        if (at_hint < 1.1 * out.miss_px + 0.2) out.f_px = hint_f_px;
    } else if (!out.determined) {
        // The shortest that is as good: a telescope's picture is flat at any length, a short one shows that it is not.
        double chosen = side * 10;
        if (miss_at(lenses, links, chosen / first.f_px) > 1.05 * out.miss_px + 0.1) chosen = std::max(out.f_px, chosen);
        out.f_px = chosen;
    }
    return out;
}

}  // namespace nightstack
