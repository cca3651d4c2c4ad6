// SPDX-License-Identifier: MIT
// Finds what could calibrate a session without being told where it lies.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "io/session/calibration_candidate.h"
#include "io/session/ignored.h"

namespace nightstack::io {

struct CalibrationScanOptions {
    int levels_up = 3;                 // folders above the session in which the scope's trees are sought
    std::size_t max_entries = 20'000;  // files and folders looked at
};

struct CalibrationScan {
    std::vector<CalibrationCandidate> candidates;  // nearest folder first, natural order within
    std::vector<Ignored> ignored;
};

// DWARF_DARK and CALI_FRAME in the session's folder, beside it and up to `levels_up` folders above
// it (there also within Astronomy/ and DWARF_II/Astronomy/); darks, flats, biases sorted by hand
// in the session's folder and beside it. Opens no frame, never throws for what is on the disk.
CalibrationScan find_calibration(const std::filesystem::path& session_folder,
                                 const CalibrationScanOptions& options = {});

// All that lies in `path`, a folder or one file, taken as `kind` where no name says otherwise:
// for a folder of darks the user has named.
CalibrationScan collect_calibration(const std::filesystem::path& path, CalibrationKind kind,
                                    const CalibrationScanOptions& options = {});

}  // namespace nightstack::io
