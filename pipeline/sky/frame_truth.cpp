// SPDX-License-Identifier: MIT
#include "pipeline/sky/frame_truth.h"

namespace nightstack::sky {

std::vector<TrueStar> stars_in_frame(const Scene& scene, const FrameTruth& frame, int width, int height) {
    std::vector<TrueStar> stars;
    for (std::size_t i = 0; i < scene.stars.size(); ++i) {
        const SceneStar& star = scene.stars[i];
        const Point p = frame.seen({star.x, star.y});
        if (p.x < -0.5 || p.y < -0.5 || p.x >= width - 0.5 || p.y >= height - 0.5) continue;
        stars.push_back({p.x, p.y, star.flux_e.times(frame.transparency), static_cast<int>(i)});
    }
    return stars;
}

}  // namespace nightstack::sky
