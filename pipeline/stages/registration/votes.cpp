// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/votes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace nightstack {
namespace {

constexpr int bin_shift = 7;  // 65536 / 512

std::uint16_t angle_of(double dx, double dy) {
    const double turns = std::atan2(dy, dx) / (2 * std::numbers::pi);
    return static_cast<std::uint16_t>(static_cast<int>(std::lround(turns * 65536)) & 0xffff);
}

int bin_of(const PolarEntry& ref, const PolarEntry& frame) { return ((ref.angle - frame.angle) & 0xffff) >> bin_shift; }

// Calls visit(r, f) for all entries whose distances agree.
template <class Visit>
void visit_equal_distances(const std::vector<PolarEntry>& ref, const std::vector<PolarEntry>& frame, ScaleRange scale,
                           double tolerance_px, Visit&& visit) {
    const auto tolerance = static_cast<float>(tolerance_px);
    const auto per_max = static_cast<float>(1 / scale.max);
    const auto per_min = static_cast<float>(1 / scale.min);
    const PolarEntry* const end = frame.data() + frame.size();
    const PolarEntry* low = frame.data();
    for (const PolarEntry& r : ref) {
        const float nearest = (r.distance_px - tolerance) * per_max;
        const float farthest = (r.distance_px + tolerance) * per_min;
        while (low != end && low->distance_px < nearest) ++low;
        for (const PolarEntry* f = low; f != end && f->distance_px <= farthest; ++f) visit(r, *f);
    }
}

// Likelihood ratio of v votes where mu were to be expected. The least mu keeps two lucky votes
// between sparse lists from looking like certainty.
float score_of(int v, double mu) {
    mu = std::max(mu, 0.02);
    return v > mu ? static_cast<float>(v * std::log(v / mu) - (v - mu)) : 0.0F;
}

}  // namespace

PolarTable polar_table(std::span<const StarPoint> points, double nearest_px) {
    PolarTable table(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        table[i].reserve(points.size());
        for (std::size_t k = 0; k < points.size(); ++k) {
            const double dx = points[k].x - points[i].x;
            const double dy = points[k].y - points[i].y;
            const double d = std::sqrt(dx * dx + dy * dy);
            if (k == i || d < nearest_px) continue;
            table[i].push_back({static_cast<float>(d), angle_of(dx, dy), static_cast<std::uint16_t>(k)});
        }
        std::sort(table[i].begin(), table[i].end(), [](const PolarEntry& a, const PolarEntry& b) {
            return a.distance_px != b.distance_px ? a.distance_px < b.distance_px : a.star < b.star;
        });
    }
    return table;
}

void collect_votes(std::vector<Vote>& votes, const PolarTable& ref, const PolarTable& frame, ScaleRange scale,
                   int slice, double tolerance_px) {
    // 16 bits: signed, because SSE2 has a maximum of signed words only. 32767 votes need 181 stars
    // at one distance from an anchor in both lists; the tiers are smaller.
    std::array<std::int16_t, angle_bins + 1> bins;
    for (std::size_t i = 0; i < ref.size(); ++i) {
        for (std::size_t j = 0; j < frame.size(); ++j) {
            bins.fill(0);
            int total = 0;
            visit_equal_distances(ref[i], frame[j], scale, tolerance_px, [&](const PolarEntry& r, const PolarEntry& f) {
                ++bins[static_cast<std::size_t>(bin_of(r, f))];
                ++total;
            });
            if (total < 2) continue;
            bins[angle_bins] = bins[0];
            std::int16_t most = 0;
            const std::int16_t* const b = bins.data();
            for (std::size_t a = 0; a < angle_bins; ++a) {
                most = std::max<std::int16_t>(most, static_cast<std::int16_t>(b[a] + b[a + 1]));
            }
            if (most < 2) continue;
            const float score = score_of(most, total * (2.0 / angle_bins));
            std::size_t bin = 0;
            while (b[bin] + b[bin + 1] != most) ++bin;
            votes.push_back({static_cast<int>(i), static_cast<int>(j), static_cast<int>(bin), slice, score});
        }
    }
}

std::vector<StarPair> supporters(const Vote& v, const PolarTable& ref, const PolarTable& frame, ScaleRange scale,
                                 double tolerance_px) {
    std::vector<StarPair> result;
    const int next = (v.bin + 1) % angle_bins;
    visit_equal_distances(ref[static_cast<std::size_t>(v.ref)], frame[static_cast<std::size_t>(v.frame)], scale,
                          tolerance_px, [&](const PolarEntry& r, const PolarEntry& f) {
                              const int bin = bin_of(r, f);
                              if (bin == v.bin || bin == next) result.push_back({r.star, f.star});
                          });
    return result;
}

}  // namespace nightstack
