// SPDX-License-Identifier: MIT
// What a card looks like and where it lies.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>

namespace nightstack::device::sim {

// How the scope's firmwares have named their files: 2023 (V1), early 2024 (2.0), DWARF 3 and later ones.
enum class Layout { v1, y2024, dwarf3 };

struct CardOptions {
    std::filesystem::path folder;  // DWARF_II/ comes into it; has to exist
    Layout layout = Layout::v1;
    bool old_dates = false;  // DATE-OBS as 2023-06-10-21-38-19-442, which some firmwares of 2024 wrote
    // Raw values fill 16 bits at both binnings (12 bits times 16, sums of four times 4), or are as the converter gives
    // them.
    bool full_range = false;
    int factory_darks = 10;  // frames written for a session's exposure, gain and binning when it begins; 0: none
    int jpeg_quality = 90;
    // Waits between the pieces of a file that grows slowly (file.half, file.grow); unset: that long.
    std::function<void(std::chrono::milliseconds)> pause;
};

}  // namespace nightstack::device::sim
