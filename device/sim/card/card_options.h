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
    int units_per_adc = 1;   // raw values per step of the 12-bit converter: 1, or 16
    int factory_darks = 10;  // frames written for a session's exposure, gain and binning when it begins; 0: none
    int jpeg_quality = 90;
    // Waits between the pieces of a file that grows slowly (file.half, file.grow); unset: that long.
    std::function<void(std::chrono::milliseconds)> pause;
};

}  // namespace nightstack::device::sim
