// SPDX-License-Identifier: MIT
// The frames of a night as its journal tells them. Functions without a state.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tools/night/core/night_records.h"

namespace nightstack::tools {

// In the order of their arrival, `seq` their position from 1, each with the group it was given last.
std::vector<FrameRecord> told_frames(const std::vector<NightRecord>& records);

// Where a frame lies: below the folder of the frames ("": there is none), else where it was when it came.
std::filesystem::path place_of(const FrameRecord& frame, const std::filesystem::path& frames);

// How many frames the journal has lost from among them: their sources tell these again, behind all others. Frames lost
// at its end are none: they come again at their place.
std::uint64_t lost_frames(const std::vector<NightRecord>& records);
// What that means, in one line; "" when none is lost.
std::string lost_frames_text(std::uint64_t lost);

}  // namespace nightstack::tools
