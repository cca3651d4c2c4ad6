// SPDX-License-Identifier: MIT
// The JSON report of a panorama: where each tile lies, how surely, and what was done to it.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "tools/cli/settings.h"
#include "tools/pano/pano_picture.h"
#include "tools/session/report.h"

namespace nightstack::tools {

struct PanoReport {
    std::span<const TileInput> inputs;
    const PanoramaPlacement* placement = nullptr;  // of the usable inputs, in their order among themselves
    std::span<const MadePanorama> panoramas;       // tiles by their index among the usable inputs
    std::vector<std::string> notes;
    std::filesystem::path preview;  // the picture that grew; "": none did
    std::vector<Setting> settings;
    RunFigures run;
};

struct PanoCounts {
    int in = 0, placed = 0, weak = 0, left_out = 0, failed = 0;  // in is the sum of the others
};

PanoCounts counts_of(std::span<const TileInput> inputs, const PanoramaPlacement& placement);

// A file's name as it stands in reports: bytes that are no UTF-8 are escaped.
std::string pano_report_json(const PanoReport& report);

}  // namespace nightstack::tools
