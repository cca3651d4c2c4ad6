// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/overlap.h"

namespace nightstack {

bool may_overlap(const TileCamera& a, const TileCamera& b) {
    const Direction forward{0, 0, 1};
    const double apart = angle_rad(a.world_from_camera(forward), b.world_from_camera(forward));
    return apart < (a.lens.diagonal_rad() + b.lens.diagonal_rad()) / 2;
}

double overlap_share(const TileCamera& a, const TileCamera& b) {
    if (!may_overlap(a, b)) return 0;
    constexpr int kAcross = 24, kDown = 16;
    const Rotation b_from_a = b.world_from_camera.inverse() * a.world_from_camera;
    int seen = 0;
    for (int j = 0; j < kDown; ++j) {
        for (int i = 0; i < kAcross; ++i) {
            const Point p{(i + 0.5) * a.lens.width / kAcross - 0.5, (j + 0.5) * a.lens.height / kDown - 0.5};
            const auto there = b.lens.pixel(b_from_a(a.lens.direction(p)));
            if (there && b.lens.holds(*there)) ++seen;
        }
    }
    return seen / static_cast<double>(kAcross * kDown);
}

}  // namespace nightstack
