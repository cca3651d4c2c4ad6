// SPDX-License-Identifier: MIT
// What one call of `nightstack pano` asks for. Plain values.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nightstack::tools {

struct PanoOptions {
    std::vector<std::filesystem::path> inputs;  // pictures, or folders of them
    std::filesystem::path output;               // .jpg .png .tif .dzi
    std::filesystem::path preview;              // PNG that grows tile by tile; "": none
    std::string projection = "auto";            // or a name of camera/projection.h
    std::string crop = "auto";                  // max-rectangle, none
    double fov_deg = 0;                         // of one tile along its longer side; 0: by the files, or found
    double scale = 1;
    int quality = 92;
    int bands = 5;
    bool gains = true;
    bool vignetting = true;
    bool force = false, verify = false, html = false;
    std::string memory;
    int threads = 0;
    bool json = false, quiet = false, verbose = false;
};

}  // namespace nightstack::tools
