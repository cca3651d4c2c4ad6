// SPDX-License-Identifier: MIT
// What lights were taken with, to find their darks by. A plain value; any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace nightstack::tools {

// Absent where it is not known.
struct LightSettings {
    std::optional<double> exposure_s, gain;
    std::optional<int> binning;
};

// What the header of a light says counts before `planned`. Where it cannot be read `why` says so, and `planned` holds.
LightSettings settings_of_light(const std::filesystem::path& light, const LightSettings& planned, std::string& why);

}  // namespace nightstack::tools
