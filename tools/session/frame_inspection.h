// SPDX-License-Identifier: MIT
// What can be told about one frame: header fields with their types, statistics, stars.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "pipeline/core/frame.h"
#include "pipeline/stages/display/statistics.h"
#include "pipeline/stages/stars/detect.h"

namespace nightstack::tools {

struct FrameInspection {
    std::string file;   // printable path
    std::string error;  // one line; "" when the frame could be read, else nothing below is known
    StreamFormat format;
    FrameInfo info;
    int bitpix = 0;               // as in FITS; 0 for other files
    std::string row_order;        // "TOP-DOWN", "BOTTOM-UP"
    PlaneStatistics pixels;       // of the values of all planes together, without those that the next two count
    std::uint64_t undefined = 0;  // values that are NaN or infinite, all planes
    std::uint64_t uncovered = 0;  // values of a product of ours that no frame saw, all planes
    StarReport stars;             // as a stack measures the frame: without a dark, single hot pixels filtered
    std::size_t star_count = 0;
    std::string unmeasured;  // why `stars` could not be had; "" when it could
    std::string scope;       // known scope camera and its scale; "" unknown
};

// Never throws for what is wrong with the file. Throws Interrupted while a packed frame is unpacked.
FrameInspection inspect_frame(const std::filesystem::path& path, const std::string& pattern,
                              const std::stop_token& stop);

std::string inspection_text(const FrameInspection& found);  // a table, ends with a newline
std::string inspection_json(const FrameInspection& found);  // one event, one line

}  // namespace nightstack::tools
