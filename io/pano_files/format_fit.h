// SPDX-License-Identifier: MIT
// Whether a canvas fits a file format, and how much smaller it must be made else. Pure functions, any thread.
#pragma once

#include <string>

namespace nightstack::io {

enum class PanoFormat { jpeg, png, big_tiff, deep_zoom };

// The longest side our writers of the format make: JPEG 65,500 (libjpeg's), PNG 1,000,000 (what libpng reads unasked,
// the format has 2^31 - 1), BigTIFF and deep zoom 1,000,000.
int longest_side(PanoFormat format);

struct FormatFit {
    bool fits = true;
    double factor = 1;  // 1, or less: both sides are made that much smaller
    int width = 0;      // then, at least 1
    int height = 0;
    std::string why = {};  // in words, "" when it fits
};

// Throws OptionError for a canvas without pixels.
FormatFit fit_to_format(PanoFormat format, double width, double height);

}  // namespace nightstack::io
