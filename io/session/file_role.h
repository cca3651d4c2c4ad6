// SPDX-License-Identifier: MIT
// What one file of a folder is, told without looking at the others: for folders that fill. A scan of the full folder
// says the same, but for what only the others tell (a TIFF among FITS frames is a picture).
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "io/session/session_scan.h"

namespace nightstack::io {

enum class FileRole {
    light,
    failed_light,  // marked by the device
    picture,       // PNG or JPEG: a light where there is nothing better
    calibration,
    passed_over,  // previews, results, thumbnails, sidecars, what is still being written
};

// `name`: below `root`, '/' between the parts. Folders on the way and the root's own name count. `header` as in
// ScanOptions, asked only where no name tells lights from darks.
FileRole role_of_file(const std::filesystem::path& root, const std::string& name,
                      const std::function<std::optional<HeaderSummary>(const std::filesystem::path&)>& header);

}  // namespace nightstack::io
