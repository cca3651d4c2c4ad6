// SPDX-License-Identifier: MIT
#include "device/sim/landscape/ground.h"

#include <algorithm>
#include <cmath>

namespace nightstack::device::sim {
namespace {

constexpr Colour3 kRock{0.26F, 0.25F, 0.25F}, kSnow{0.55F, 0.57F, 0.61F}, kFarWood{0.07F, 0.09F, 0.06F};
constexpr Colour3 kDarkWood{0.035F, 0.055F, 0.025F}, kLightWood{0.10F, 0.14F, 0.045F}, kMeadow{0.13F, 0.19F, 0.055F};
constexpr Colour3 kHedge{0.04F, 0.06F, 0.025F};
// Meadows, corn, ploughed earth, rape.
constexpr Colour3 kFields[] = {{0.12F, 0.18F, 0.05F}, {0.15F, 0.21F, 0.06F}, {0.10F, 0.16F, 0.05F},
                               {0.30F, 0.26F, 0.11F}, {0.17F, 0.13F, 0.09F}, {0.24F, 0.25F, 0.09F},
                               {0.34F, 0.33F, 0.06F}, {0.14F, 0.17F, 0.07F}};
constexpr int kFieldsAround = 48;
constexpr double kFieldDepth = 0.21;  // in the logarithm of the distance

}  // namespace

Ground::Ground(double pixel_deg)
    : pixel_deg_(pixel_deg),
      rock_({90, 12, 0.78F, 6006}, pixel_deg),
      slope_({110, 4, 0.6F, 7007}, pixel_deg),
      patches_({130, 6, 0.55F, 8008}, pixel_deg * 2.2),
      crowns_({2900, 7, 0.85F, 9009}, pixel_deg * 1.3),
      grass_({900, 9, 0.85F, 10010}, pixel_deg * 1.5),
      bends_({20, 5, 0.5F, 11011}, pixel_deg) {}

float Ground::haze(Ridge ridge, double altitude_deg) {
    switch (ridge) {
        case Ridge::mountains: return 0.32F;
        case Ridge::hills: return 0.24F;
        case Ridge::woods: return 0.12F;
        default: return static_cast<float>(0.02 / std::max(0.15, -altitude_deg));
    }
}

GroundRow::GroundRow(const Ground& g, const Noise& noise, const SightRow& row)
    : noise_(noise),
      row_(row),
      pixel_deg_(g.pixel_deg_),
      rock_(g.rock_, noise, row, 0.8),
      slope_(g.slope_, noise, row, 1),
      next_slope_(g.slope_, noise, row, 1, 0.1, 0.35),
      hill_patches_(g.patches_, noise, row, 2.2, 17),
      hill_crowns_(g.crowns_, noise, row, 1.3, 5),
      wood_patches_(g.patches_, noise, row, 2.2),
      wood_crowns_(g.crowns_, noise, row, 1.3),
      grass_(g.grass_, noise, row, 1.5),
      bends_(g.bends_, noise, row, 4) {}

Colour3 GroundRow::mountain(std::size_t x, float top_deg) {
    const float rock = rock_.at(x);
    const float lit = slope_.at(x) - next_slope_.at(x);  // lit from the left: the difference over a step
    const auto altitude = static_cast<float>(row_[x].altitude_deg);
    const float snow = ramp(-0.15F, 0.25F, altitude - 2.8F + 0.45F * rock + 0.15F * (top_deg - 2.5F));
    const float woods = ramp(0.1F, -0.3F, altitude - 1.3F + 0.35F * rock);
    const Colour3 bare = mix(mix(kRock, kFarWood, woods), kSnow, snow);
    return bare * std::clamp(1 + (0.6F * lit + 0.65F * rock) * (1 - 0.5F * snow), 0.2F, 1.9F - 0.55F * snow);
}

Colour3 GroundRow::wood(float patch, float crowns) {
    const float open = ramp(0.25F, 0.45F, patch);  // a meadow among the trees
    const Colour3 trees = mix(kDarkWood, kLightWood, std::clamp(0.4F + 0.45F * crowns + 0.2F * patch, 0.0F, 1.0F));
    return mix(trees * std::clamp(1 + 0.6F * crowns, 0.3F, 2.0F), kMeadow * (1 + 0.15F * crowns), open);
}

// Rows of plants or of the plough, along the level; drawn as long as they are some pixels deep.
float GroundRow::furrows_at(const Sight& at) const {
    const double below_deg = std::exp(at.depth);
    float sum = 0, weight = 0.5F;
    double cell = 0.02;
    for (int i = 0, around = 180; i < 6; ++i, cell /= 2, around *= 2, weight *= 0.8F) {
        const double cell_px = cell * below_deg / pixel_deg_;
        if (cell_px <= 2) break;
        const float seen = weight * static_cast<float>(std::min(1.0, (cell_px - 2) / 2));
        const auto key = 12012U + static_cast<std::uint32_t>(i);
        sum += seen * noise_.at(at.azimuth_deg * around / 360, at.depth / cell, around, key);
    }
    return sum;
}

// They are long: straight between knots.
float GroundRow::furrows(std::size_t x) {
    const std::size_t knot = x / kKnot_px;
    if (knot != furrows_knot_) {
        furrows_left_ = furrows_at(row_[knot * kKnot_px]);
        furrows_right_ = furrows_at(row_[(knot + 1) * kKnot_px]);
        furrows_knot_ = knot;
    }
    const float part = static_cast<float>(x % kKnot_px) / static_cast<float>(kKnot_px);
    return furrows_left_ + (furrows_right_ - furrows_left_) * part;
}

Colour3 GroundRow::plain(std::size_t x) {
    const Sight& at = row_[x];
    const float bend = bends_.at(x);
    // Both positive: a cast is a floor.
    const double u = at.azimuth_deg * kFieldsAround / 360 + 0.22 * static_cast<double>(bend) + 1;
    const auto column = static_cast<int>(u);
    const int owner = column % kFieldsAround;
    const double v = at.depth / kFieldDepth + 0.3 * static_cast<double>(bend) + 100 +
                     3 * static_cast<double>(Noise::chance(owner, 0, 13013));
    const auto row = static_cast<int>(v);
    const Colour3 field = kFields[static_cast<std::size_t>(Noise::chance(owner, row, 14014) * 7.99F)];
    const float grass = grass_.at(x);
    const float rows = furrows(x);
    const Colour3 seen = field * std::clamp(1 + 0.3F * grass + 0.4F * rows + 0.10F * bend, 0.3F, 1.9F);
    // A hedge or a path where fields meet.
    const auto across = static_cast<float>(std::min(u - column, column + 1 - u));
    const auto along = static_cast<float>(std::min(v - row, row + 1 - v));
    const float edge = std::min(across, along * 1.5F) + 0.012F * grass;
    return mix(seen, kHedge * (1 + 0.5F * grass), 1 - ramp(0.02F, 0.035F, edge));
}

Colour3 GroundRow::albedo(Ridge ridge, std::size_t x, float top_deg) {
    switch (ridge) {
        case Ridge::mountains: return mountain(x, top_deg);
        case Ridge::hills: return wood(hill_patches_.at(x), hill_crowns_.at(x));
        case Ridge::woods: return wood(wood_patches_.at(x), wood_crowns_.at(x));
        default: return plain(x);
    }
}

}  // namespace nightstack::device::sim
