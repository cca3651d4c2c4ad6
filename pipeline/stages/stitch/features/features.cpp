// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/features.h"

#include <array>
#include <cmath>

#include "pipeline/stages/scene/pyramid.h"
#include "pipeline/stages/stitch/features/corners.h"
#include "pipeline/stages/stitch/features/describe.h"
#include "pipeline/stages/stitch/features/plane_gradients.h"

namespace nightstack {

Features find_features(ImageView<const float> grey, const FeatureOptions& options) {
    constexpr std::array<double, 3> kShares = {0.55, 0.3, 0.15};
    Pyramid pyramid;
    build(pyramid, grey, static_cast<int>(kShares.size()) - 1);
    PlaneGradients gradients;
    Image<float> spare;
    Features out;
    for (std::size_t level = 0; level < kShares.size(); ++level) {
        const ImageView<const float> plane = pyramid.at(static_cast<int>(level), grey);
        find_gradients(gradients, plane, spare);
        const double scale = std::ldexp(1.0, static_cast<int>(level));
        for (const Corner& corner :
             find_corners(gradients.corner.cview(), static_cast<int>(std::lround(options.most * kShares[level])),
                          kDescriptionReach_px)) {
            const double angle = options.turned ? main_direction_rad(gradients, corner.at) : 0;
            out.places.push_back({(corner.at.x + 0.5) * scale - 0.5, (corner.at.y + 0.5) * scale - 0.5});
            out.looks.push_back(describe(gradients, corner.at, angle));
        }
    }
    return out;
}

}  // namespace nightstack
