// SPDX-License-Identifier: MIT
#include "device/sim/landscape/things.h"

#include <algorithm>
#include <cmath>

#include "device/sim/landscape/ground.h"
#include "pipeline/sky/random.h"

namespace nightstack::device::sim {
namespace {

constexpr std::uint64_t kStream = 602;
// Rings about the scope, each so much nearer than the one before, by the angle below the level.
constexpr double kFarthest_deg = 0.42, kNearer = 1.2;
constexpr int kRings = 25;

// Things of one sort: one may stand in each cell of a ring.
struct Sort {
    double cell;   // width over the angle below the level
    double share;  // of cells that hold one
    bool low;      // rocks and bushes, else trees and houses
};
constexpr Sort kSorts[] = {{0.42, 0.55, true}, {1.25, 0.5, false}};

ThingKind kind_of(bool low, float chance, float region) {
    if (low) return chance < 0.45F ? ThingKind::rock : ThingKind::bush;
    if (chance < 0.22F) return ThingKind::house;
    return chance + 0.5F * region < 0.85F ? ThingKind::tree : ThingKind::fir;
}

double height_m(ThingKind kind, float chance) {
    const auto c = static_cast<double>(chance);
    switch (kind) {
        case ThingKind::tree: return 7 + 8 * c;
        case ThingKind::fir: return 8 + 11 * c;
        case ThingKind::house: return 6.5 + 3 * c;
        case ThingKind::rock: return 0.5 + 1.5 * c * c;
        default: return 0.8 + 1.5 * c;
    }
}

Thing thing_at(int ring, int cell, double width_deg, const Sort& sort, std::uint32_t key) {
    const auto chance = [&](std::uint32_t what) { return Noise::chance(cell, ring, key + what * 77U); };
    const double below = kFarthest_deg * std::pow(kNearer, ring + static_cast<double>(chance(1)));
    const int region = static_cast<int>(cell * width_deg / 9);
    Thing t;
    t.kind = kind_of(sort.low, chance(2), Noise::chance(region, ring / 3, key + 5));
    t.azimuth_deg = width_deg * (cell + 0.1 + 0.8 * static_cast<double>(chance(3)));
    t.foot_deg = -below;
    t.height_deg = below * height_m(t.kind, chance(4)) / kAbovePlain_m;
    t.key = static_cast<std::uint32_t>(chance(6) * 16777216.0F);
    return t;
}

void add_ring(std::vector<Thing>& things, const HorizonPart& part, int ring, const Sort& sort, std::uint32_t key,
              double smallest_deg) {
    const double nearest = kFarthest_deg * std::pow(kNearer, ring + 1);
    const int cells = std::max(8, static_cast<int>(360 / (sort.cell * nearest)));
    const double width = 360.0 / cells, beside = 2.2 * nearest;  // the widest reaches that far from its foot
    const int first = static_cast<int>(std::floor((part.from_deg - beside) / width));
    const int last = static_cast<int>(std::floor((part.from_deg + part.width_deg + beside) / width));
    for (int i = first; i <= std::min(last, first + cells - 1); ++i) {
        const int cell = ((i % cells) + cells) % cells;
        if (static_cast<double>(Noise::chance(cell, ring, key)) > sort.share) continue;
        const Thing t = thing_at(ring, cell, width, sort, key);
        if (t.foot_deg > part.highest_deg || t.foot_deg + t.height_deg < part.lowest_deg) continue;
        if (t.height_deg >= smallest_deg) things.push_back(t);
    }
}

}  // namespace

std::vector<Thing> things_in(const HorizonPart& part, double smallest_deg, std::uint64_t seed) {
    std::vector<Thing> things;
    for (int ring = 0; ring < kRings; ++ring) {
        std::uint64_t sort_number = 0;
        for (const Sort& sort : kSorts) {
            const auto key = static_cast<std::uint32_t>(sky::stream_key(seed, kStream, ++sort_number));
            add_ring(things, part, ring, sort, key, smallest_deg);
        }
    }
    std::ranges::stable_sort(things, [](const Thing& a, const Thing& b) {
        return a.foot_deg != b.foot_deg ? a.foot_deg < b.foot_deg : a.azimuth_deg < b.azimuth_deg;
    });
    return things;
}

}  // namespace nightstack::device::sim
