// SPDX-License-Identifier: MIT
#include "io/pano_files/format_fit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

const char* name_of(PanoFormat format) {
    switch (format) {
        case PanoFormat::jpeg: return "JPEG";
        case PanoFormat::png: return "PNG";
        case PanoFormat::big_tiff: return "BigTIFF";
        case PanoFormat::deep_zoom: return "deep zoom";
    }
    return "";
}

}  // namespace

int longest_side(PanoFormat format) { return format == PanoFormat::jpeg ? 65'500 : 1'000'000; }

FormatFit fit_to_format(PanoFormat format, double width, double height) {
    if (!(width >= 1 && height >= 1 && std::isfinite(width) && std::isfinite(height)))
        throw OptionError("a canvas of " + std::to_string(width) + " x " + std::to_string(height) + " pixels");
    const double most = longest_side(format);
    const double longest = std::max(width, height);
    FormatFit fit;
    if (longest > most) {
        fit.fits = false;
        fit.factor = most / longest;
        char text[160];
        std::snprintf(text, sizeof text, "%.0f x %.0f pixels are more than the %.0f a side of %s: scaled by %.4f",
                      width, height, most, name_of(format), fit.factor);
        fit.why = text;
    }
    // The longest side comes out at the limit exactly, whatever rounding did.
    const auto scaled = [&](double side) {
        return static_cast<int>(
            std::clamp(side == longest && !fit.fits ? most : std::floor(side * fit.factor), 1.0, most));
    };
    fit.width = scaled(width);
    fit.height = scaled(height);
    return fit;
}

}  // namespace nightstack::io
