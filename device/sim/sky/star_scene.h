// SPDX-License-Identifier: MIT
// The stars and objects about a place as a scene for the renderer, on a plane that touches the sky there.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "device/sim/sky/attitude.h"
#include "pipeline/sky/scene.h"

namespace nightstack::device::sim {

struct StarScene {
    Attitude base;  // north up; its plane's pixels are the scene's
    Plane plane;
    std::shared_ptr<const sky::Scene> scene;  // fluxes of one exposure above the air, stars brightest first
};

// Makes scenes and keeps the last few: all frames of a session share one. A scene belongs to a cell of the sky, not to
// the frame that asked first, so that it does not depend on what was asked before. One thread.
class StarScenes {
public:
    explicit StarScenes(std::uint64_t seed) : seed_(seed) {}

    // Covers the camera's field about `middle` and half a degree (wide: three) more, down to what `fwhm_px` lets one
    // see.
    const StarScene& about(const Vec3& middle, const Exposed& exposed, double fwhm_px);

private:
    struct Key {
        int camera = 0;
        long row = 0, column = 0;  // of the cell
        double exposure_s = 0;
        bool ir_pass = false;
        int faintest_tenths = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Kept {
        Key key;
        StarScene scene;
    };
    StarScene make(const Key& key, const Exposed& exposed) const;

    std::uint64_t seed_;
    std::vector<Kept> kept_;  // newest last
};

}  // namespace nightstack::device::sim
