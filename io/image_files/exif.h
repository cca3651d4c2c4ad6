// SPDX-License-Identifier: MIT
// What cameras write about a picture into its JPEG file (Exif 2.32, JEITA CP-3451): the few facts that matter here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace nightstack::io {

struct ExifFacts {
    struct Place {
        double latitude_deg = 0;   // north positive, -90..90
        double longitude_deg = 0;  // east positive, -180..180
    };
    std::string make, model;
    std::string taken;  // "2026:01:18 21:04:26"
    double exposure_s = 0;
    std::optional<Place> place;
};

// The same JPEG file with these facts behind its JFIF header. Throws FormatError when it does not begin as a JPEG
// file does, OptionError for texts above 1000 bytes. Any thread.
std::string with_exif(std::string_view jpeg, const ExifFacts& facts);

}  // namespace nightstack::io
