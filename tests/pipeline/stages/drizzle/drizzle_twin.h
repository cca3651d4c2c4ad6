// SPDX-License-Identifier: MIT
// Drizzle as its paper tells it: a loop over the raw pixels, each dropping its light onto the canvas.
#pragma once

#include <array>

#include "pipeline/stages/drizzle/drizzle.h"

namespace nightstack {

struct Drizzled {
    std::array<Image<float>, 3> value, weight;
};

inline constexpr CfaPattern kPatterns[] = {CfaPattern::rggb, CfaPattern::grbg, CfaPattern::gbrg, CfaPattern::bggr};

Image<float> noise_frame(int width, int height, unsigned seed);

// A whole canvas; `by_twin` scatters, else the product gathers.
Drizzled drizzled(ImageView<const float> frame, std::optional<CfaPattern> cfa, const Transform& frame_from_canvas,
                  int width, int height, const DrizzleOptions& options);
Drizzled drizzled_by_twin(ImageView<const float> frame, std::optional<CfaPattern> cfa,
                          const Transform& frame_from_canvas, int width, int height, const DrizzleOptions& options);

}  // namespace nightstack
