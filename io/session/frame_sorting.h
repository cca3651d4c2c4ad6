// SPDX-License-Identifier: MIT
// The files of one folder told apart. Internal to this folder.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "io/session/calibration_walk.h"
#include "io/session/session_scan.h"

namespace nightstack::io {

struct SortedFiles {
    std::vector<NamedFile> lights;  // in order
    std::vector<NamedFile> failed;
    std::map<CalibrationKind, std::vector<NamedFile>> calibration;
    std::optional<std::filesystem::path> sidecar;
    bool only_pictures() const;  // lights, and all of them PNG or JPEG
};

enum class Named { by_folder, by_user };

// `all_lights`: the folder's own name says so (lights, DWARF_RAW_...), no header is asked.
SortedFiles sort_files(std::span<const std::filesystem::path> files, bool all_lights, Named named,
                       const ScanOptions& options, Walk& walk);

}  // namespace nightstack::io
