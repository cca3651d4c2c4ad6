// SPDX-License-Identifier: MIT
// The picture a stream shows where nobody draws a better one: colour bars, a block that moves, the number of the
// picture and the twin's time in digits. A JPEG. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

// `hue` tells streams apart.
std::string test_card(int width, int height, int hue, std::uint64_t number, SimTime now);

}  // namespace nightstack::device::sim
