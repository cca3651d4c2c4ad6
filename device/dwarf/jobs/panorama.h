// SPDX-License-Identifier: MIT
// A panorama: the scope takes a grid of photos around where it points. How far a motor pulse turns is not
// known for real scopes, so the plan holds pulses, to be measured. No end is announced.
#pragma once

#include "device/dwarf/jobs/driver.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {

struct PanoramaPlan {
    request::Panorama panorama;  // an empty name becomes DWARF_PANORAMA_ and the digits of `utc`
    Utc utc{};
    Milliseconds within{1'800'000};
};

// Sent once. A stop token ends it with 10106. Done when the working state is idle again, whatever number of
// pictures the scope took.
Outcome panorama(Driver& driver, const PanoramaPlan& plan);

}  // namespace nightstack::device::dwarf::jobs
