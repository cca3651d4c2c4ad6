// SPDX-License-Identifier: MIT
// A night in the middle, with everything a night can show, for tests.
#pragma once

#include "tools/night/show/night_state.h"

namespace nightstack::tools::test {

NightTime at_utc(int hour, int minute, int second, int milliseconds = 0);  // of 2026-01-18
NightState made_state();
NightFrame made_frame(std::uint64_t seq, const std::string& verdict = "stacked", const std::string& reason = "");

}  // namespace nightstack::tools::test
