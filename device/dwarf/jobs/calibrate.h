// SPDX-License-Identifier: MIT
// Calibration: the scope looks at several fields of stars and finds out how it stands. Needs an open
// camera with the settings of prepare() and a clear view; takes one to four minutes.
#pragma once

#include "device/dwarf/jobs/driver.h"
#include "device/model/target.h"

namespace nightstack::device::dwarf::jobs {

struct CalibrationPlan {
    Site site;
    Utc utc{};  // now
    Milliseconds within{240000};
};

// A stop token ends it with 11204. Done, failed with the scope's code, or unknown when the end was not told.
Outcome calibrate(Driver& driver, const CalibrationPlan& plan);

}  // namespace nightstack::device::dwarf::jobs
