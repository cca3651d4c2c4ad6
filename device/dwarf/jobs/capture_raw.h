// SPDX-License-Identifier: MIT
// A capture of RAW frames. The scope takes them by itself and never says that it is done: the end is
// inferred from the counts it pushes, of which some get lost, and from its working state. The command is
// sent once and never again, whatever happens to the connection.
#pragma once

#include "device/dwarf/jobs/driver.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {

struct RawPlan {
    request::Raw raw;  // an empty name becomes DWARF_RAW_ and the digits of `utc`
    Utc utc{};
    bool need_darks = true;  // ask first, and do not begin without
    bool show_stack = true;  // after the first stacked frame the preview shows the stack (10020)
};

struct RawOutcome {
    Outcome outcome;
    std::string name;  // of the session on the card, for a transfer
    std::int64_t asked = 0;
    std::int64_t counted = 0;  // the highest count the scope announced; there may be more on the card
    std::int64_t stacked = 0;
};

// A stop token ends it with 10015. Throws OptionError for what has no form on the wire.
RawOutcome capture_raw(Driver& driver, const RawPlan& plan);

}  // namespace nightstack::device::dwarf::jobs
