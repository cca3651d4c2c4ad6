// SPDX-License-Identifier: MIT
#include "device/sim/card/sidecar.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "device/sim/card/card_names.h"

namespace nightstack::device::sim {
namespace {

// 5.575916667, 0.0
std::string ten_digits(double value) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.10g", value);
    std::string out = text.data();
    return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

// "15", "1/400"; early firmwares wrote a number.
std::string exposure_value(double seconds, Layout layout) {
    if (layout == Layout::v1) return exposure_text(seconds);
    const double inverse = 1 / seconds;
    const bool fraction = seconds < 0.4 && std::abs(inverse - std::round(inverse)) < 0.01 * inverse;
    return "\"" + (fraction ? "1/" + std::to_string(std::lround(inverse)) : exposure_text(seconds)) + "\"";
}

std::string quoted(const std::string& text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string filter(const Exposed& frame, Layout layout) {
    if (layout == Layout::dwarf3) return frame.ir_pass ? "Astro" : "VIS";
    return frame.ir_pass ? "PASS" : "CUT";
}

}  // namespace

std::string shots_info_text(const Exposed& frame, Layout layout, double coldest_c, double warmest_c) {
    const bool newer = layout == Layout::dwarf3;
    std::string out = "{\"DEC\":" + ten_digits(frame.aim.told.dec_deg);
    out += ",\"RA\":" + ten_digits(frame.aim.told.ra_deg / 15);
    out += std::string(",\"binning\":\"") + (frame.binning == 0 ? "1*1" : "2*2") + "\"";
    if (newer) out += ",\"eq\":0";
    out += ",\"exp\":" + exposure_value(frame.exposure_s, layout);
    out += std::string(",\"format\":\"") + (frame.format == 1 ? "TIFF" : "FITS") + "\"";
    out += ",\"gain\":" + std::to_string(frame.gain);
    out += ",\"ir\":\"" + filter(frame, layout) + "\"";
    if (newer) out += ",\"maxTemp\":" + std::to_string(std::lround(warmest_c));
    if (newer) out += ",\"minTemp\":" + std::to_string(std::lround(coldest_c));
    out += ",\"shotsStacked\":" + std::to_string(frame.stacked);
    out += ",\"shotsTaken\":" + std::to_string(frame.index + 1);
    out += ",\"shotsToTake\":" + std::to_string(frame.count);
    return out + ",\"target\":" + quoted(frame.target) + "}";
}

}  // namespace nightstack::device::sim
