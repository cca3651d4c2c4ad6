// SPDX-License-Identifier: MIT
// Weights of the windowed kernels as curves over the position between two pixels. The tap t of six
// stands at floor(position) - 2 + t; with g = fraction - 0.5 the taps t and 5 - t mirror each other,
//   weight[t] = even_t(g^2) + g odd_t(g^2),   weight[5 - t] = even_t(g^2) - g odd_t(g^2),
// so three pairs of short polynomials are all: exact for the cubic, within 2e-7 of Lanczos-3 (whose
// six weights are brought to sum 1 first). even_2 is not stored: it is 0.5 - even_0 - even_1, which
// keeps the sum at 1. At the fractions 0 and 1 kernels put 0 and 1 in place of the curves, so that a
// shift by whole pixels copies.
#pragma once

#include <array>

namespace nightstack {

inline constexpr int kTaps = 6;
inline constexpr int kCurveTerms = 5;

struct TapCurves {
    using Curve = std::array<float, kCurveTerms>;  // by rising power of g^2
    std::array<Curve, 2> even{};
    std::array<Curve, 3> odd{};
};

const TapCurves& lanczos_curves();  // all six taps
const TapCurves& cubic_curves();    // taps 1 to 4, the others 0

}  // namespace nightstack
