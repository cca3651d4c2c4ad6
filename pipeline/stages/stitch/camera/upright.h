// SPDX-License-Identifier: MIT
// Which way is up and where the middle is, for a set of cameras that were held more or less level. Pure function; any
// thread.
#pragma once

#include <span>

#include "pipeline/stages/stitch/camera/rotation.h"

namespace nightstack {

// Turns the world so that the cameras' sideways axes lie level as well as they can (Brown and Lowe 2007, section 5),
// and the middle of where they look has longitude 0. Where they all look one way, sideways axes tell nothing of how far
// up or down: then the middle has latitude 0, too. At least one camera.
Rotation upright_from_world(std::span<const Rotation> world_from_camera);

}  // namespace nightstack
