// SPDX-License-Identifier: MIT
// How bright the lights of a group are as they come, to know a master of another number range: a 16-bit dark for 8-bit
// lights, a dark scaled by 16 for lights that are not. Any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tools/session/input_frame.h"

namespace nightstack::tools {

struct LightLevel {
    double median_adu = 0;
    double sigma_adu = 0;  // robust, over the pixels: sky, colours and noise
};

// Of the first, middle or last of the lights, whichever is brightest: one may have been covered. From a few rows of
// each; nothing when none can be read.
std::optional<LightLevel> light_level(const std::vector<InputFrame>& frames, std::span<const std::size_t> lights);

// What is in a light without light is in the light: why a dark or bias of that median cannot be, "" when it can.
std::string other_range(double master_adu, const LightLevel& lights);

}  // namespace nightstack::tools
