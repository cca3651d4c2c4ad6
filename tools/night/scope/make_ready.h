// SPDX-License-Identifier: MIT
// From whatever a scope is at to following the target, ready to take frames: clock, camera, darks, calibration, goto,
// filter. What is done already is left out. Blocks for minutes.
#pragma once

#include "device/dwarf/jobs/outcome.h"
#include "tools/night/scope/drive_hands.h"

namespace nightstack::tools {

// Done: it follows the target. Failed and unknown have words for people; stopped where the night is over. Throws Left,
// DeviceError, and what keeping the diary throws.
device::dwarf::jobs::Outcome make_ready(const DriveHands& hands);

// Darks for the plan's gain and binning: done when the scope has them (or does not say), taken where the plan says so.
device::dwarf::jobs::Outcome make_darks(const DriveHands& hands, bool take_anew);

}  // namespace nightstack::tools
