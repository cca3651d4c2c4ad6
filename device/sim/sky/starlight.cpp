// SPDX-License-Identifier: MIT
#include "device/sim/sky/starlight.h"

#include <algorithm>
#include <cmath>

#include "device/sim/sky/camera.h"

namespace nightstack::device::sim {
namespace {

// Green electrons a second of a star of V 0: 1000 photons / (s cm2 A), 4.5 cm2, 900 A, 60 % of them counted.
constexpr double kZero_e_s = 2.4e6;
constexpr double kSunlike = 0.6;  // B - V of the colours below
constexpr sky::Rgb kSunlikeStar{0.75, 1.0, 0.65};
// Magnitudes of the red and blue bands for each of B - V, from green.
constexpr double kRedOfColour = 0.5;
constexpr double kBlueOfColour = 0.7;
// Without the infrared cut all three filters see beyond red, redder stars more of it.
constexpr sky::Rgb kInfrared{0.35, 0.15, 0.15};

double brightness(const Exposed& exposed, double magnitude) {
    return kZero_e_s * exposed.exposure_s * camera_facts(exposed.camera).light * std::pow(10, -0.4 * magnitude);
}

}  // namespace

sky::Rgb coloured_electrons(const Exposed& exposed, double magnitude, const sky::Rgb& colour) {
    return colour.times(brightness(exposed, magnitude));
}

sky::Rgb star_electrons(const Exposed& exposed, double magnitude, double b_minus_v) {
    const double redder = std::clamp(b_minus_v, -0.4, 2.5) - kSunlike;
    sky::Rgb colour{kSunlikeStar.r * std::pow(10, 0.4 * kRedOfColour * redder), kSunlikeStar.g,
                    kSunlikeStar.b * std::pow(10, -0.4 * kBlueOfColour * redder)};
    if (exposed.ir_pass) {
        const double beyond = std::pow(10, 0.4 * redder);
        colour = {colour.r + kInfrared.r * beyond, colour.g + kInfrared.g * beyond, colour.b + kInfrared.b * beyond};
    }
    return coloured_electrons(exposed, magnitude, colour);
}

double magnitude_of(const Exposed& exposed, double electrons) {
    return 2.5 * std::log10(std::max(brightness(exposed, 0), 1e-30) / electrons);
}

double airmass(double altitude_deg) {
    const double a = std::clamp(altitude_deg, 0.0, 90.0);
    return 1 / (std::sin(a * 0.017453292519943295) + 0.50572 * std::pow(a + 6.07995, -1.6364));
}

double extinction(double altitude_deg) {
    constexpr double kMagPerAirmass = 0.2;
    return altitude_deg < -0.5 ? 0 : std::pow(10, -0.4 * kMagPerAirmass * airmass(altitude_deg));
}

}  // namespace nightstack::device::sim
