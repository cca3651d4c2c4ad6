// SPDX-License-Identifier: MIT
#include "tools/session/light_level.h"

#include <algorithm>
#include <cmath>

#include "pipeline/core/error.h"
#include "pipeline/stages/stars/statistics.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace {

constexpr int kBands = 16;      // places in a frame, spread over its height
constexpr int kBandRows = 2;    // both rows of a colour pattern
constexpr double kClearly = 3;  // sigma; a warm dark of a dark sky stays below

std::vector<float> sampled_rows(const io::FrameFile& file) {
    const StreamFormat& format = file.format();
    const int rows = std::min(kBandRows, format.height);
    Image<float> band(format.width, rows);
    std::vector<float> sample;
    for (int b = 0; b < kBands; ++b) {
        const int y = (format.height - rows) * b / (kBands - 1);
        file.read(band.view(), {0, y, format.width, rows}, 0);
        for (int r = 0; r < rows; ++r) {
            const float* row = band.cview().row_data(r);
            std::copy_if(row, row + format.width, std::back_inserter(sample), [](float v) { return std::isfinite(v); });
        }
    }
    return sample;
}

std::optional<LightLevel> level_of(const InputFrame& frame) {
    if (!frame.file) return std::nullopt;
    try {
        std::vector<float> sample = sampled_rows(*frame.file);
        if (sample.empty()) return std::nullopt;
        const RobustSpread spread = median_and_sigma_in_place(sample);
        return LightLevel{static_cast<double>(spread.median), static_cast<double>(spread.sigma)};
    } catch (const Error&) {
        return std::nullopt;  // it fails by name when it is stacked
    }
}

std::string adu(double value) {
    const double shown = std::round(std::abs(value) * 1000) / 1000;
    return (value < 0 ? "-" : "") + exposure_text(Seconds(shown)) + " ADU";
}

}  // namespace

std::optional<LightLevel> light_level(const std::vector<InputFrame>& frames, std::span<const std::size_t> lights) {
    std::optional<LightLevel> brightest;
    if (lights.empty()) return brightest;
    for (const std::size_t i : {lights.front(), lights[lights.size() / 2], lights.back()}) {
        const auto level = level_of(frames[i]);
        if (level && (!brightest || level->median_adu > brightest->median_adu)) brightest = level;
    }
    return brightest;
}

std::string other_range(double master_adu, const LightLevel& lights) {
    const double limit = lights.median_adu + kClearly * std::max(1.0, lights.sigma_adu);
    if (!(master_adu > limit)) return "";
    return "its median is " + adu(master_adu) + ", that of the lights " + adu(lights.median_adu) +
           ": it is of another number range";
}

}  // namespace nightstack::tools
