// SPDX-License-Identifier: MIT
// Moon and planets in a scene.
#pragma once

#include <vector>

#include "device/sim/sky/body_image.h"
#include "device/sim/sky/star_scene.h"

namespace nightstack::device::sim {

// Those of Moon and planets that stand within a camera's field about `middle`, on the scene's plane, where they are at
// that time for that site: disks with their phase, or stars when they are too small for one.
sky::Scene solar_light(const StarScene& plane, const Vec3& middle, const Exposed& exposed, SkyTime time,
                       const Site& site);

// Moon, Jupiter and Saturn where they are large enough to be more than that; those solar_light() leaves out. `camera`
// looks at the middle of the exposure; their light as it arrives, through `transparency`.
std::vector<BodyPose> faces_in_view(const Attitude& camera, const Exposed& exposed, SkyTime time, const Site& site,
                                    double transparency, double fwhm_px);

}  // namespace nightstack::device::sim
