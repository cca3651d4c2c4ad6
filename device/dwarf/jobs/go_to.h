// SPDX-License-Identifier: MIT
// Goto: the scope turns to a target, finds it among the stars and follows it. Needs a calibration.
#pragma once

#include "device/dwarf/jobs/driver.h"
#include "device/model/target.h"

namespace nightstack::device::dwarf::jobs {

struct GoToPlan {
    Target target;
    Site site;
    Utc utc{};  // now
    // The state has not seen a calibration (it was made by another program, or an hour ago): send all the
    // same, the scope refuses by itself. Otherwise refused here with -19.
    bool scope_decides = false;
    Milliseconds within{240000};
};

// Done when the scope says that it follows the target. A stop token ends it with 11204.
Outcome go_to(Driver& driver, const GoToPlan& plan);

}  // namespace nightstack::device::dwarf::jobs
