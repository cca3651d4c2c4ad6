// SPDX-License-Identifier: MIT
// The frames of a night as its journal tells them. Pure functions.
#pragma once

#include <vector>

#include "tools/night/core/night_records.h"

namespace nightstack::tools {

// In the order of their arrival, `seq` their position from 1, each with the group it was given last.
std::vector<FrameRecord> told_frames(const std::vector<NightRecord>& records);

}  // namespace nightstack::tools
