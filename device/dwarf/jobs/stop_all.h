// SPDX-License-Identifier: MIT
// Ends whatever the scope does: what runs is told to stop, and asked whether it did. When the scope does
// not say what runs, every stop is sent; a stop of nothing does no harm.
#pragma once

#include "device/dwarf/jobs/driver.h"

namespace nightstack::device::dwarf::jobs {

// Not heeding the stop token: it is the stop. Done when nothing runs any more.
Outcome stop_all(Driver& driver);

}  // namespace nightstack::device::dwarf::jobs
