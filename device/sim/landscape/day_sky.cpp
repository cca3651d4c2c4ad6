// SPDX-License-Identifier: MIT
#include "device/sim/landscape/day_sky.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;
constexpr double kSunRadius_deg = 0.267;
constexpr double kNearSun = 0.9999;
constexpr float kSun = 3e4F;  // of the sky's light; the true one is brighter still, no sensor can tell
// Of the clear sky by day over the light of twilight; of what is pale and of what glows over that.
constexpr Colour3 kBlue{0.78F, 0.97F, 1.12F}, kPale{1.4F, 1.0F, 0.72F}, kGlow{2.2F, 0.95F, 0.42F};

}  // namespace

DaySky::DaySky(const LandscapeLight& light, double pixel_deg)
    : light_(light),
      pixel_rad_(pixel_deg * kRad),
      day_(ramp(-11, -3, static_cast<float>(light.sun_altitude_deg))),
      low_sun_(ramp(12, 0, static_cast<float>(light.sun_altitude_deg))) {}

Colour3 DaySky::clear(const SkyPlace& place) const {
    const auto low = static_cast<float>(std::exp(-std::max(0.0, place.height) / 0.16));
    const double away = std::acos(std::clamp(place.to_sun, -1.0, 1.0)) / kRad;
    const auto about = static_cast<float>(0.9 * std::exp(-away / 22) + 3 * std::exp(-away / 3.5));
    const float shape = 0.85F + 0.75F * low + about * (1 - 0.6F * low_sun_);
    const Colour3 pale = mix({1, 1, 1}, kPale, std::min(1.0F, 0.75F * low + 0.4F * about));
    const auto glow = low_sun_ * low * static_cast<float>(std::exp(-away * away / 2500));
    return light_.day * kBlue * mix(pale, kGlow, std::min(0.9F, glow)) * (shape + 0.9F * glow);
}

// The clouds lie on a plane above, which the Earth's curve lets end at the horizon.
float DaySky::cloud(const Noise& noise, const SkyPlace& place, double& thick) const {
    const double far = 1 / (std::max(0.0, place.height) + 0.11);
    const double east = place.east * far, north = place.north * far;
    float sum = 0, weight = 0.62F;
    double cell = 1.3;
    for (std::uint32_t i = 0; i < 12; ++i, cell /= 2, weight *= 0.56F) {
        const double cell_px = cell / (far * far * pixel_rad_);
        if (cell_px <= 2) break;
        const float seen = weight * static_cast<float>(std::min(1.0, (cell_px - 2) / 2));
        sum += seen * noise.at(east / cell + 0.37 * i, north / cell + 0.61 * i, Noise::kEndless, 15015U + i * 31U);
        if (i == 4 && sum < -0.55F - 0.3F) return 0;  // finer ones make no cloud of it any more
    }
    const auto limit = static_cast<float>(0.55 - 1.1 * light_.clouds);
    thick = static_cast<double>(sum - limit);
    return ramp(limit, limit + 0.22F, sum);
}

Colour3 DaySky::light(const Noise& noise, const SkyPlace& place, const Colour3& clear) const {
    Colour3 seen = clear;
    double thick = 0;
    const float cover = cloud(noise, place, thick);
    if (cover > 0) {
        const auto towards = static_cast<float>(0.5 + 0.5 * place.to_sun);
        const float bright = 2.5F * std::clamp(1.12F - 0.8F * static_cast<float>(thick) + 0.2F * towards, 0.45F, 1.4F);
        const Colour3 white = mix(light_.sunlit, light_.sunlit * Colour3{1.15F, 0.9F, 0.7F}, low_sun_);
        seen = mix(seen, white * (light_.day.g * bright * (1 - 0.4F * low_sun_)), 0.92F * cover);
    }
    if (place.to_sun < kNearSun) return seen;
    const double away = std::acos(std::min(place.to_sun, 1.0)) / kRad;
    const auto disc = static_cast<float>(std::clamp(0.5 + (kSunRadius_deg - away) * kRad / pixel_rad_, 0.0, 1.0));
    return seen + light_.sunlit * (light_.day.g * kSun * disc * (1 - 0.9F * cover));
}

Colour3 DaySky::haze(const SkyPlace& place) const { return clear({0.0, place.east, place.north, place.to_sun}) * 0.8F; }

}  // namespace nightstack::device::sim
