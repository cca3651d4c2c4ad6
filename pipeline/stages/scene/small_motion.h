// SPDX-License-Identifier: MIT
// The motions a scene makes: shift, turn and scale of a whole plane, without trigonometry, so that no bit depends on
// the machine's libm. Values; any thread.
#pragma once

#include <cmath>

#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"

namespace nightstack {

// Turn by the angle whose tangent is `tangent` (x axis towards y axis) about `centre`.
inline Transform turn_about(Point centre, double tangent, double scale = 1) {
    const double c = scale / std::sqrt(1 + tangent * tangent), s = c * tangent;
    return Transform(
        {c, -s, centre.x - c * centre.x + s * centre.y, s, c, centre.y - s * centre.x - c * centre.y, 0, 0, 1});
}

// The similarity that does to the surroundings of `centre` what `any` does; without its scale when `rigid`. Identity
// for a prior that makes no sense.
inline Transform similarity_at(const Transform& any, Point centre, bool rigid) {
    const Point to = any(centre);
    const auto& m = any.row_major();
    double c = 0.5 * (m[0] + m[4]), s = 0.5 * (m[3] - m[1]);
    const double scale = std::sqrt(c * c + s * s);
    if (!(scale > 0.5 && scale < 2) || !std::isfinite(to.x + to.y)) return {};
    if (rigid) {
        c /= scale;
        s /= scale;
    }
    return Transform({c, -s, to.x - c * centre.x + s * centre.y, s, c, to.y - s * centre.x - c * centre.y, 0, 0, 1});
}

}  // namespace nightstack
