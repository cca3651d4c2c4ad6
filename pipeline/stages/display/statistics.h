// SPDX-License-Identifier: MIT
// Plain figures of a plane, for `info`, for the summary and for the stretch. Pixels that are not
// finite or that no frame covers are left out everywhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/core/image.h"

namespace nightstack {

struct PlaneStatistics {
    std::uint64_t pixels = 0;  // that took part; all else is 0 when none did
    float min = 0;
    float max = 0;
    double mean = 0;
    double sigma = 0;  // population deviation about the mean
    float median = 0;  // mean of the two in the middle
    float noise = 0;   // 1.4826 x median absolute deviation: the sigma of the background
};

// `coverage` may be empty: every pixel counts. It must otherwise have the plane's size.
// Median and noise need a copy of the pixels: give a sub-sample for large planes.
PlaneStatistics plane_statistics(ImageView<const float> plane, ImageView<const std::uint16_t> coverage = {});

// The same of loose values, which are put in another order.
PlaneStatistics value_statistics(std::span<float> values);

struct Histogram {
    float low = 0;   // lower edge of the first bin
    float high = 1;  // upper edge of the last
    std::vector<std::uint64_t> bins;
    std::uint64_t below = 0;
    std::uint64_t above = 0;
};

// Throws OptionError unless bins > 0 and low < high.
Histogram plane_histogram(ImageView<const float> plane, ImageView<const std::uint16_t> coverage, int bins, float low,
                          float high);

}  // namespace nightstack
