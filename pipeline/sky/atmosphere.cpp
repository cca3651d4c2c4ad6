// SPDX-License-Identifier: MIT
#include "pipeline/sky/atmosphere.h"

#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/sky/random.h"

namespace nightstack::sky {

namespace {

constexpr std::uint64_t transparency_stream = 31;

}  // namespace

void AtmosphereOptions::check() const {
    if (!(sky_e.r >= 0 && sky_e.g >= 0 && sky_e.b >= 0)) throw OptionError("atmosphere: sky_e is negative");
    if (!(std::abs(gradient_x) + std::abs(gradient_y) <= 2)) {
        throw OptionError("atmosphere: gradient_x and gradient_y make the sky negative in a corner");
    }
    if (!(rise >= -1)) throw OptionError("atmosphere: rise " + std::to_string(rise) + " is below -1");
    if (!(transparency_spread >= 0 && transparency_spread <= 1)) {
        throw OptionError("atmosphere: transparency_spread " + std::to_string(transparency_spread) + " is not in 0..1");
    }
}

Air air_at(const AtmosphereOptions& options, int frames, int index, std::uint64_t seed) {
    const double t = frames > 1 ? static_cast<double>(index) / (frames - 1) : 0;
    const double lost = uniform_at(stream_key(seed, transparency_stream, static_cast<std::uint64_t>(index)), 0);
    return {1 - options.transparency_spread * lost, 1 + options.rise * t};
}

}  // namespace nightstack::sky
