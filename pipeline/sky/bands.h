// SPDX-License-Identifier: MIT
// Light in three colours and which of them the pixels of a row see. Plain values.
#pragma once

#include <optional>

#include "pipeline/core/cfa.h"

namespace nightstack::sky {

// What a pixel behind this filter would collect. A mono pixel sees the mean of the three, so that
// the same options give the same levels with and without a filter array.
struct Rgb {
    double r = 0;
    double g = 0;
    double b = 0;

    double mean() const { return (r + g + b) / 3; }
    double of(Colour c) const { return c == Colour::red ? r : c == Colour::green ? g : b; }
    double of(std::optional<Colour> c) const { return c ? of(*c) : mean(); }
    double max() const { return r > g ? (r > b ? r : b) : (g > b ? g : b); }
    Rgb times(double factor) const { return {r * factor, g * factor, b * factor}; }
    friend bool operator==(const Rgb&, const Rgb&) = default;
};

// The colour of the even and of the odd pixels of one row; nothing = mono.
struct RowBands {
    std::optional<Colour> even;
    std::optional<Colour> odd;
};

inline RowBands row_bands(std::optional<CfaPattern> cfa, int y) {
    if (!cfa) return {};
    return {colour_at(*cfa, 0, y), colour_at(*cfa, 1, y)};
}

// Light for pixel x is pair[x & 1].
struct RowPair {
    double values[2];
    double operator[](int parity) const { return values[parity]; }
};

inline RowPair row_pair(const Rgb& light, const RowBands& bands) {
    return {{light.of(bands.even), light.of(bands.odd)}};
}

}  // namespace nightstack::sky
