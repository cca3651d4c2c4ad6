// SPDX-License-Identifier: MIT
// Galaxies, nebulae and clusters as the renderer's patches and stars. Pure functions; what looks scattered comes from
// the object's place.
#pragma once

#include "device/sim/sky/star_scene.h"
#include "device/targets/star_atlas.h"

namespace nightstack::device::sim {

// Adds an object of the atlas to a scene. Galaxies: an exponential disk and a bulge; nebulae: clumps; globular
// clusters: two Gaussians; open clusters, whose bright stars the atlas has: faint stars.
void add_object(sky::Scene& scene, const AtlasObject& object, const StarScene& plane, const Exposed& exposed);

}  // namespace nightstack::device::sim
