// SPDX-License-Identifier: MIT
// The lines in which mountains, hills and plain end against what lies behind them. Pure functions of the seed.
#pragma once

#include <array>

#include "device/sim/landscape/noise.h"

namespace nightstack::device::sim {

enum class Ridge : int { mountains = 0, hills, woods, plain };  // from far to near
inline constexpr int kRidges = 4;

using RidgeHeights = std::array<float, kRidges>;  // degrees above the level

class Ridges {
public:
    // As seen with pixels of that size.
    explicit Ridges(double pixel_deg);
    RidgeHeights at(const Noise& noise, double azimuth_deg) const;

private:
    SeenOctaves broad_, mountains_, hills_, woods_, crowns_, plain_;
};

}  // namespace nightstack::device::sim
