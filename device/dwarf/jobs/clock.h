// SPDX-License-Identifier: MIT
// The scope takes its time from this computer, and a wrong one sends every goto astray. So a clock that
// cannot be right is asked about before it is handed on. Pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "device/dwarf/protocol/types.h"

namespace nightstack::device::dwarf::jobs {

struct Clock {
    Utc now{};                     // this computer's, now
    Utc built{};                   // of this program: no right clock is earlier
    std::optional<Utc> reference;  // a better clock (the scope's, GPS, a server's), for the same moment
    std::string reference_name;    // "the scope's clock"
};

// Takes what the scope's clock says as the reference, unless it is unset: after it was switched on it may be earlier
// than this program.
void refer_to_scope(Clock& clock, const std::optional<Utc>& told);

// Why the clock is doubted, as a question's first half; nothing when it is not. Limit: two minutes, in which
// the sky turns by half a degree, a sixth of the tele field.
std::optional<std::string> doubt(const Clock& clock);

}  // namespace nightstack::device::dwarf::jobs
