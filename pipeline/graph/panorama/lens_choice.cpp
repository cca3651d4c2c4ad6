// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/lens_choice.h"

#include <cstddef>

namespace nightstack {
namespace {

constexpr double kFloor_px = 0.02;  // patches lie to that at best

// Whether what is left with bending is so much less that there must be some: half of it, or all that patches cannot
// see.
bool explains(double scale_with, double scale_without) {
    return scale_with < 0.5 * scale_without || (scale_with < 0.12 && scale_with < 0.85 * scale_without);
}

BundleOptions options_for(const std::vector<BundleCamera>& cameras, bool focal_known) {
    BundleOptions out;
    out.scale_floor_px = kFloor_px;
    for (const BundleCamera& c : cameras) {
        const auto lens = static_cast<std::size_t>(c.lens);
        if (out.priors.size() <= lens) out.priors.resize(lens + 1);
        out.priors[lens] = {c.camera.lens.f_px, focal_known ? 0.1 : 0.02, 0.05};
    }
    return out;
}

}  // namespace

BundleReport adjust_with_lens(std::vector<BundleCamera>& cameras, std::span<const TileLink> links, bool focal_known) {
    BundleOptions options = options_for(cameras, focal_known);
    for (BundleCamera& c : cameras) c.camera.lens.k1 = c.camera.lens.k2 = 0;
    BundleReport report = adjust(cameras, links, options);
    if (!focal_known || links.empty()) return report;
    options.k1 = true;
    std::vector<BundleCamera> bent = cameras;
    BundleReport with = adjust(bent, links, options);
    options.k2 = true;
    std::vector<BundleCamera> twice = bent;
    const BundleReport with_two = adjust(twice, links, options);
    if (explains(with_two.scale_px, with.scale_px)) {
        bent = twice;
        with = with_two;
    }
    if (!explains(with.scale_px, report.scale_px)) return report;
    cameras = bent;
    return with;
}

}  // namespace nightstack
