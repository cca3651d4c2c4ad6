// SPDX-License-Identifier: MIT
// Letters of 5 x 9 pixels for captions in pictures: printable ASCII. Constant data, any thread.
#pragma once

#include <cstdint>

namespace nightstack::tools {

inline constexpr int kGlyphWidth = 5;
inline constexpr int kGlyphHeight = 9;  // the last two below the line
inline constexpr int kGlyphAdvance = 6;

// What is no printable ASCII looks like '?'.
bool glyph_pixel(char c, int x, int y);

}  // namespace nightstack::tools
