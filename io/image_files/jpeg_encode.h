// SPDX-License-Identifier: MIT
// libjpeg's encoder as a function. Internal to this folder.
#pragma once

#include <cstdint>
#include <vector>

namespace nightstack::io {

struct JpegPlan {
    int width = 0;
    int rows = 0;
    int channels = 3;  // 1 or 3
    int quality = 92;
    bool full_chroma = false;   // 4:4:4, else 4:2:0
    unsigned restart_mcus = 0;  // stands in the header when it is not 0
};

// A whole baseline JPEG of pixels side by side. Throws FormatError with libjpeg's words. Any thread.
std::vector<std::uint8_t> encoded_jpeg(const JpegPlan& plan, const std::uint8_t* pixels);

}  // namespace nightstack::io
