// SPDX-License-Identifier: MIT
// What can be told about one frame: header fields with their types, statistics, stars.
#pragma once

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
    int bitpix = 0;          // as in FITS; 0 for other files
    std::string row_order;   // "TOP-DOWN", "BOTTOM-UP"
    PlaneStatistics pixels;  // of the first plane, all pixels
    StarReport stars;        // as a stack measures the frame: without a dark, single hot pixels filtered
    std::size_t star_count = 0;
    std::string scope;  // known scope camera and its scale; "" unknown
};

// Never throws for what is wrong with the file. Throws Interrupted while a packed frame is unpacked.
FrameInspection inspect_frame(const std::filesystem::path& path, const std::string& pattern,
                              const std::stop_token& stop);

std::string inspection_text(const FrameInspection& found);  // a table, ends with a newline
std::string inspection_json(const FrameInspection& found);  // one object, one line

}  // namespace nightstack::tools
