// SPDX-License-Identifier: MIT
// The steps on which exposure and gain move ("gears"), from the configuration dump of a real DWARF II
// (firmware 2.1.6). Constant data, any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "device/model/optics.h"

namespace nightstack::device::dwarf {

struct Gear {
    double seconds = 0;
    std::string_view text;  // as the vendor writes it: "1/400", "1.3"
};

std::span<const Gear> exposure_gears(Lens lens);        // shortest first: tele 53, wide 36
std::optional<int> gear_of(Lens lens, double seconds);  // within half a per cent; counted from 0

inline constexpr int kGainStep = 10;  // tele: 0, 10 ... 240
inline constexpr int kGainGears = 25;

}  // namespace nightstack::device::dwarf
