// SPDX-License-Identifier: MIT
// From calibration folders and files to candidates. Internal to this folder.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "io/session/calibration_candidate.h"
#include "io/session/folder_listing.h"

namespace nightstack::io {

struct NamedFile {
    std::filesystem::path path;
    FileName name;
    HintSource told_by_header = HintSource::none;  // header when its hints were read from there
};

std::optional<CalibrationKind> calibration_kind(FileKind kind);
std::optional<CalibrationKind> calibration_kind(FolderKind kind);
bool is_calibration_folder(FolderKind kind);

// One candidate per ready master, one per set of frames alike in exposure, gain, binning, camera
// and filter. The files' own hints win over the folder's.
std::vector<CalibrationCandidate> grouped(std::span<const NamedFile> files, CalibrationKind kind,
                                          const NameHints& folder_hints, const std::filesystem::path& serves);

// Everything in and below a calibration folder (darks, DWARF_DARK, CALI_FRAME ...). `kind` is what
// the folder holds where no name says otherwise.
std::vector<CalibrationCandidate> walk_calibration(Walk& walk, const std::filesystem::path& folder, int depth,
                                                   std::optional<CalibrationKind> kind,
                                                   const std::filesystem::path& serves);

}  // namespace nightstack::io
