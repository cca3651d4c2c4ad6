// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/zoom_ratios.h"

#include <cmath>
#include <cstddef>

namespace nightstack {
namespace {

constexpr std::size_t kLeastPlaces = 8;
constexpr int kSweeps = 200;

double spread(const TileLink& link, Point Correspondence::*which) {
    double x = 0, y = 0, sum = 0;
    const auto n = static_cast<double>(link.places.size());
    for (const Correspondence& c : link.places) {
        x += (c.*which).x / n;
        y += (c.*which).y / n;
    }
    for (const Correspondence& c : link.places) sum += std::pow((c.*which).x - x, 2) + std::pow((c.*which).y - y, 2);
    return std::sqrt(sum / n);
}

struct Ratio {
    std::size_t a = 0, b = 0;
    double log_b_by_a = 0, weight = 0;
};

}  // namespace

std::vector<double> zoom_ratios(int tiles, std::span<const TileLink> links) {
    std::vector<Ratio> ratios;
    for (const TileLink& link : links) {
        if (link.places.size() < kLeastPlaces) continue;
        const double a = spread(link, &Correspondence::a), b = spread(link, &Correspondence::b);
        if (!(a > 1) || !(b > 1)) continue;
        ratios.push_back({static_cast<std::size_t>(link.a), static_cast<std::size_t>(link.b), std::log(b / a),
                          static_cast<double>(link.places.size())});
    }
    // Gauss and Seidel, with a hair that holds each group at 0.
    std::vector<double> out(static_cast<std::size_t>(tiles), 0.0), sums(out.size()), weights(out.size());
    for (int sweep = 0; sweep < kSweeps; ++sweep) {
        sums.assign(out.size(), 0.0);
        weights.assign(out.size(), 1e-3);
        for (const Ratio& r : ratios) {
            sums[r.b] += r.weight * (out[r.a] + r.log_b_by_a);
            sums[r.a] += r.weight * (out[r.b] - r.log_b_by_a);
            weights[r.a] += r.weight;
            weights[r.b] += r.weight;
        }
        // Half a step: two tiles of one link would swing for ever.
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = (out[i] + sums[i] / weights[i]) / 2;
    }
    return out;
}

}  // namespace nightstack
