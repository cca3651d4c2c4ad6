// SPDX-License-Identifier: MIT
// A small night of the built-in synthetic sky, written to disk exactly as a DWARF II would: for
// trying the program without a telescope. With satellites, a cloud and a gust of wind.
#pragma once

#include <filesystem>
#include <stop_token>

#include "pipeline/core/runner.h"
#include "tools/cli/talk.h"

namespace nightstack::tools {

struct SampleNightOptions {
    int frames = 16;
    int darks = 10;
    std::uint64_t seed = 1;
    int width = 1920;         // pixels, even; more than 1920 x 1080 is written as taken without binning
    int height = 1080;        // even
    double rotation_deg = 6;  // turn of the field from the first frame to the last
};

// Writes OUT/Astronomy/DWARF_RAW_... and OUT/Astronomy/DWARF_DARK/...; returns the session folder.
// Throws OptionError for sizes and turns that cannot be, and when the session folder or (unless no darks are wanted)
// the folder of the darks exists already: nothing that is there is touched. IoError, Interrupted: every file and folder
// made so far is gone again.
std::filesystem::path write_sample_night(const std::filesystem::path& out, const SampleNightOptions& options,
                                         Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
