// SPDX-License-Identifier: MIT
// Whether more frames still help. Pure.
//
// The floor counts as reached when, in the fit of stack_noise.h at the depth n that was measured,
//   - b is above 0 by more than kFloorSigmas of its standard errors, and
//   - b > a / n: what stays is more than what would still average away, so that twice the frames take less than a
//     quarter of the variance.
// Then only frames that lie elsewhere on the sensor help: dither.
//
// By Monte-Carlo, 1000 to 2000 nights each of 16, 64 and 300 frames (the test repeats it with fewer):
//
//   error of a measured variance                       said to be reached, per cent of nights
//                                                no floor, asked   no floor, asked after   b = a / n at half
//                                                    at the end    each of 64 frames         of the frames
//   2 %, independent                                      0                 0                    100
//   10 %, independent                                     0                 0                    100
//   2 %, of a growing stack (stack_noise.h)               0                 0                    100
//   10 %, the same                                        0                 0                98.5 to 99.7
//   frames whose own variance scatters by 10 %            0                 0                    100
//   5 %, half of each, 1 of 20 twice too large            0                 0                96.5 to 100
//   20 %, of a growing stack: more than any real one      -                2.8                    -
//
// `seen` is weaker: with errors of 10 % it is said at the end of up to 3 % of nights without a floor, and at some time
// in up to a third of them. A figure to be shown, no reason to act.
#pragma once

#include <optional>

#include "pipeline/stages/progress/stack_noise.h"

namespace nightstack {

inline constexpr double kFloorSigmas = 3;
inline constexpr double kFloorLeastFrames = 8;  // below, nothing is said to be reached

enum class NoiseFloor {
    unknown,  // no fit yet
    none,     // b is not significantly above 0
    seen,     // it is, but a / n is larger still
    reached,  // dither
};

NoiseFloor noise_floor(const std::optional<NoiseFit>& fit);

}  // namespace nightstack
