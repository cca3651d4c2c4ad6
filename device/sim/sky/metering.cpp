// SPDX-License-Identifier: MIT
#include "device/sim/sky/metering.h"

#include <algorithm>
#include <cmath>

#include "device/sim/sky/camera.h"

namespace nightstack::device::sim {
namespace {

// How an automatic spends what it needs is a guess: first time that still gives 30 pictures a second, then gain as far
// as it does not hurt, then time, then gain.
constexpr double kMiddle = 0.18, kBright = 0.85;  // of the range
constexpr double kBrightShare = 0.98;
constexpr double kShortest_s[] = {0.0001, 0.0003}, kLongest_s = 1;
constexpr double kQuick_s = 1.0 / 30;
constexpr double kCleanGain = 8, kMostGain = 64;  // factors
constexpr double kStepsOfTwo = 3;

double range_e() { return sensor_options(0, 0).full_well_e; }

double at_share(std::vector<double>& values, double share) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

// Exposure in seconds times gain as a factor.
double wanted(std::vector<double>& green_e) {
    const double middle = at_share(green_e, 0.5), bright = at_share(green_e, kBrightShare);
    const auto reaches = [](double share, double light_e) {
        return share * range_e() * kMeteringExposure_s / std::max(light_e, 1e-9);
    };
    const double exact = std::min(reaches(kMiddle, middle), reaches(kBright, bright));
    return std::exp2(std::floor(std::log2(exact) * kStepsOfTwo) / kStepsOfTwo);
}

}  // namespace

Metering metered(const Exposed& exposed, std::vector<double> green_e) {
    Metering out{exposed.exposure_s, exposed.gain};
    if (green_e.empty() || !(exposed.automatic || exposed.automatic_gain)) return out;
    const double product = wanted(green_e);
    const double shortest = kShortest_s[exposed.camera == 0 ? 0 : 1];
    if (exposed.automatic && exposed.automatic_gain) {
        const double clean = std::clamp(product / kQuick_s, 1.0, kCleanGain);
        out.exposure_s = std::clamp(product / clean, shortest, kLongest_s);
    } else if (exposed.automatic) {
        out.exposure_s = std::clamp(product / gain_factor(exposed.camera, exposed.gain), shortest, kLongest_s);
    }
    if (exposed.automatic_gain)
        out.gain = gain_for(exposed.camera, std::clamp(product / out.exposure_s, 1.0, kMostGain));
    return out;
}

}  // namespace nightstack::device::sim
