// SPDX-License-Identifier: MIT
// The rendered frame on which finding and measuring stars is timed.
#pragma once

#include <vector>

#include "pipeline/core/image.h"

namespace nightstack {

inline constexpr int kWidth = 3840;
inline constexpr int kHeight = 2160;
inline constexpr double kSigmaPx = 1.36;  // FWHM 3.2 px

struct Truth {
    double x;
    double y;
    double flux;
};

struct Frame {
    Image<float> plane{kWidth, kHeight};
    std::vector<Truth> stars;
};

// Gaussian stars on a sloping sky of 1000 electrons; noise is drawn from a table, frames must not
// take longer to render than to measure.
const Frame& frame();

}  // namespace nightstack
