// SPDX-License-Identifier: MIT
// Whether a fitted transform can be that of a whole frame. A fit is held only where it has stars: when
// they fill a small part of the frame, a homography may be right there and fold, tear or mirror the rest.
// A pure function; any thread.
#pragma once

#include <optional>
#include <string>

#include "pipeline/core/transform.h"
#include "pipeline/stages/registration/match.h"

namespace nightstack {

// A homography divides by this somewhere in the frame or less: it takes the frame over infinity, or nearly so.
inline constexpr double kLeastDenominator = 0.1;

// The smallest denominator of `t` over a frame of width x height pixels; it is linear, so a corner has it.
struct Denominator {
    double value = 1;
    Point at;
};
Denominator least_denominator(const Transform& t, int width, int height);

// Why a frame of width x height pixels cannot lie like this on a reference of the same size; empty when it
// can. One sentence with numbers. Asked of the corners:
//  - the denominator, as above;
//  - no mirror image, unless `match` allows one;
//  - a pixel, in whatever direction, becomes no more than twice as long or short as `match` allows scales;
//  - no corner further off the reference's centre than three diagonals.
// Any transform that passes keeps the canvas of both below six diagonals a side.
std::optional<std::string> implausible(const Transform& ref_from_frame, int width, int height,
                                       const MatchOptions& match);

}  // namespace nightstack
