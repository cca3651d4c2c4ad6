// SPDX-License-Identifier: MIT
// Ends whatever the scope does: what runs is told to stop, and asked whether it did. When the scope does
// not say what runs, every stop is sent; a stop of nothing does no harm.
#pragma once

#include "device/dwarf/jobs/driver.h"

namespace nightstack::device::dwarf::jobs {

// A stop that was asked before is this very one; one that comes meanwhile hurries it: the rest is sent and not waited
// for, within about kStopTime. Done when nothing runs any more.
Outcome stop_all(Driver& driver);

}  // namespace nightstack::device::dwarf::jobs
