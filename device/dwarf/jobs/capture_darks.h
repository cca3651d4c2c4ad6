// SPDX-License-Identifier: MIT
// Dark frames: the scope takes them with the lid on and keeps them for its RAW captures. Nothing is
// pushed meanwhile and no end is announced; a scope that has the darks already answers with a power message.
#pragma once

#include "device/dwarf/jobs/driver.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {

struct DarkPlan {
    request::Darks darks;  // an empty name becomes DWARF_DARK_ and the digits of `utc`
    Utc utc{};
};

// A stop token tries 10015; whether scopes heed that for darks is not known, the outcome says what they did.
// Throws OptionError for a gain or exposure that has no form on the wire.
Outcome capture_darks(Driver& driver, const DarkPlan& plan);

}  // namespace nightstack::device::dwarf::jobs
