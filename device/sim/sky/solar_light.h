// SPDX-License-Identifier: MIT
// Moon and planets in a scene.
#pragma once

#include <vector>

#include "device/sim/sky/star_scene.h"

namespace nightstack::device::sim {

// Those of Moon and planets that stand within a camera's field about `middle`, on the scene's plane, where they are at
// that time for that site: disks with their phase, or stars when they are too small for one.
sky::Scene solar_light(const StarScene& plane, const Vec3& middle, const Exposed& exposed, SkyTime time,
                       const Site& site);

}  // namespace nightstack::device::sim
