// SPDX-License-Identifier: MIT
// Red, green and blue of 8 bits become gray, as fast as memory gives them. Internal to this folder.
#pragma once

#include <cstdint>

namespace nightstack::io {

// (77 R + 150 G + 29 B + 128) / 256, whole numbers: the same at every level.
void gray_of_rgb8(const std::uint8_t* rgb, int pixels, std::uint8_t* gray);

}  // namespace nightstack::io
