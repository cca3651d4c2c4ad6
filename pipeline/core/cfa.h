// SPDX-License-Identifier: MIT
// Colour filter arrays: which colour a raw pixel saw. A pattern is named by its top-left 2x2 block,
// read row by row from array row 0, after ROWORDER and offsets have been resolved by the reader.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nightstack {

enum class Colour { red = 0, green = 1, blue = 2 };

enum class CfaPattern { rggb, grbg, gbrg, bggr };

// Column and row parity of the red pixel.
struct RedPhase {
    int x = 0;
    int y = 0;
};

inline constexpr RedPhase red_phase(CfaPattern p) {
    switch (p) {
        case CfaPattern::rggb: return {0, 0};
        case CfaPattern::grbg: return {1, 0};
        case CfaPattern::gbrg: return {0, 1};
        case CfaPattern::bggr: return {1, 1};
    }
    return {0, 0};
}

inline constexpr CfaPattern pattern_with_red_at(int x, int y) {
    const bool odd_x = (x & 1) != 0;
    const bool odd_y = (y & 1) != 0;
    if (odd_y) return odd_x ? CfaPattern::bggr : CfaPattern::gbrg;
    return odd_x ? CfaPattern::grbg : CfaPattern::rggb;
}

inline constexpr Colour colour_at(CfaPattern p, int x, int y) {
    const RedPhase red = red_phase(p);
    const int steps = ((x + red.x) & 1) + ((y + red.y) & 1);  // 0 red, 1 green, 2 blue
    return static_cast<Colour>(steps);
}

// The pattern seen by a region whose first pixel is (x, y) of the frame.
inline constexpr CfaPattern shifted(CfaPattern p, int x, int y) {
    const RedPhase red = red_phase(p);
    return pattern_with_red_at(red.x + x, red.y + y);
}

// The pattern after the order of rows is reversed in a frame of `height` rows.
inline constexpr CfaPattern flipped_rows(CfaPattern p, int height) {
    const RedPhase red = red_phase(p);
    return pattern_with_red_at(red.x, height - 1 - red.y);
}

std::string_view name(CfaPattern p);                            // "RGGB" ...
std::optional<CfaPattern> parse_cfa_pattern(std::string_view);  // case and blanks ignored

}  // namespace nightstack
