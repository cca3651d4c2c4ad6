// SPDX-License-Identifier: MIT
#include "pipeline/stages/warp/two_pass.h"

#include <cmath>

namespace nightstack {
namespace {

constexpr double kMostLean = 0.25;  // of the window's rows against each other, and of output rows on the frame: eight
                                    // neighbours then lie on three rows at most
constexpr double kMostScale = 1.0 / 32;   // away from 1, along a row; 16 neighbours then lie within 17 columns
constexpr double kMostHeight = 1.0 / 16;  // away from 1, across the rows

bool near_one(double value, double by) { return std::abs(std::abs(value) - 1) <= by; }

}  // namespace

std::optional<TwoPasses> two_passes(const Transform& source_from_out) {
    if (!source_from_out.is_affine()) return std::nullopt;
    const auto& m = source_from_out.row_major();
    if (!near_one(m[4], kMostHeight) || !(std::abs(m[3]) <= kMostLean)) return std::nullopt;
    const TwoPasses passes{(m[0] * m[4] - m[1] * m[3]) / m[4], m[1] / m[4], (m[2] * m[4] - m[1] * m[5]) / m[4]};
    const bool fits = near_one(passes.along, kMostScale) && std::abs(passes.per_row) <= kMostLean;
    return fits ? std::optional(passes) : std::nullopt;
}

}  // namespace nightstack
