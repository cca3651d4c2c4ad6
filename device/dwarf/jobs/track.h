// SPDX-License-Identifier: MIT
// Tracking of something that moves in the picture (a bird, an aircraft; not the sky): the scope follows a
// box and tells where it is. Runs until stopped or until the scope loses it.
#pragma once

#include <functional>

#include "device/dwarf/jobs/driver.h"

namespace nightstack::device::dwarf::jobs {

// `moved` gets every new box, on the job's thread; may be empty. The stop token ends it with 11202.
Outcome track(Driver& driver, const Box& box, const std::function<void(const Box&)>& moved = {});

}  // namespace nightstack::device::dwarf::jobs
