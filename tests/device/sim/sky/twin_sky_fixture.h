// SPDX-License-Identifier: MIT
// Exposures of a scope at 48 north, 9 east, on an evening of September 2026, and sums of pixels.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <vector>

#include "device/sim/sky/attitude.h"
#include "device/sim/sky/mount.h"
#include "device/sim/sky/twin_sky.h"

namespace nightstack::device::sim {

inline const Site kTestSite{9, 48, 300};

inline SkyTime evening(double seconds = 0) {
    return std::chrono::sys_days(std::chrono::year(2026) / 9 / 12) + std::chrono::hours(21) +
           std::chrono::milliseconds(std::llround(seconds * 1000));
}

// 15 s of a tracked place, 2x2, the middle of the night's frames 16.2 s apart.
inline Exposed tracked(Equatorial told, int index = 0) {
    Exposed e;
    e.begin = evening(16.2 * index);
    e.exposure_s = 15;
    e.gain = 30;
    e.binning = 1;
    e.aim.tracking = true;
    e.aim.told = told;
    e.aim.place = Horizon(kTestSite, e.begin).altaz_of(told);
    e.index = index;
    e.count = 10;
    e.number = static_cast<std::uint64_t>(index) + 1;
    return e;
}

inline constexpr Equatorial kQuietField{346.24, 12.32};
inline constexpr Equatorial kAndromeda{10.685, 41.269};

inline Image<std::uint16_t> image_for(const Exposed& e) { return {TwinSky::width(e), TwinSky::height(e)}; }

struct Shot {
    Image<std::uint16_t> image;
    FrameRecord record;
};

inline Shot shot(TwinSky& sky, const Exposed& e, const Exposed& first) {
    Shot s{image_for(e), {}};
    s.record = sky.expose(e, first, s.image.view());
    return s;
}
inline Shot shot(TwinSky& sky, const Exposed& e) { return shot(sky, e, e); }

// Median of the pixels of one colour's place.
inline double median_of(const Image<std::uint16_t>& image, int x0, int y0) {
    std::vector<int> values;
    for (int y = y0; y < image.height(); y += 14)
        for (int x = x0; x < image.width(); x += 14) values.push_back(image.view()(x, y));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

}  // namespace nightstack::device::sim
