// SPDX-License-Identifier: MIT
// Where a night looks after the mount has gone over the meridian: the pointing has an error of its own on each side, so
// the first frame of the turned field is solved by its own stars. The plate of the products stays the reference's. Pure
// functions; any thread.
#pragma once

#include "pipeline/core/transform.h"
#include "tools/night/show/night_state.h"
#include "tools/night/sky/night_sky.h"

namespace nightstack::tools {

// Takes as long as find_sky. Never throws for what the values are.
NightFlip sky_after_flip(const NightFrame& frame, const Transform& ref_from_frame, const SkyQuestion& question);

}  // namespace nightstack::tools
