// SPDX-License-Identifier: MIT
#include "pipeline/sky/mount.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/sky/elementary.h"
#include "pipeline/sky/random.h"

namespace nightstack::sky {

namespace {

constexpr std::uint64_t dither_stream = 21;

// Even over the disc.
Point dither_at(const MountOptions& o, int index, std::uint64_t seed) {
    const std::uint64_t key = stream_key(seed, dither_stream, static_cast<std::uint64_t>(index));
    const double radius = o.dither_px * std::sqrt(uniform_at(key, 0));
    const Direction d = direction_of(2 * pi * uniform_at(key, 1));
    return {radius * d.cos, radius * d.sin};
}

Transform turned_about(Direction d, Point centre) {
    return Transform({d.cos, -d.sin, centre.x - d.cos * centre.x + d.sin * centre.y,  //
                      d.sin, d.cos, centre.y - d.sin * centre.x - d.cos * centre.y,   //
                      0, 0, 1});
}

}  // namespace

void MountOptions::check() const {
    if (!std::isfinite(drift_x_px) || !std::isfinite(drift_y_px)) throw OptionError("mount: drift is not a number");
    if (!(dither_px >= 0)) throw OptionError("mount: dither_px " + std::to_string(dither_px) + " is negative");
    if (!(std::abs(rotation_deg) <= 720))
        throw OptionError("mount: rotation_deg " + std::to_string(rotation_deg) + " is not in -720..720");
}

Pointing pointing_at(const MountOptions& options, int width, int height, int frames, int index, std::uint64_t seed) {
    if (index == 0) return {};
    const Point centre{(width - 1) / 2.0, (height - 1) / 2.0};
    const double t = frames > 1 ? static_cast<double>(index) / (frames - 1) : 0;
    const Point first = dither_at(options, 0, seed);
    const Point dither = dither_at(options, index, seed);
    const Transform turn = turned_about(direction_of(options.rotation_deg * t * pi / 180), centre);
    const Transform move = Transform::shift(options.drift_x_px * t + dither.x - first.x,  //
                                            options.drift_y_px * t + dither.y - first.y);
    const bool flipped = options.meridian_flip && index >= (frames + 1) / 2;
    const Transform flip = flipped ? turned_about({-1, 0}, centre) : Transform();
    return {flip * move * turn, flipped};
}

int margin_for(const MountOptions& options, int width, int height) {
    double rotated = 0;
    if (options.rotation_deg != 0) {
        // A corner travels at most along its circle, and never leaves the circle through the corners.
        const double half_diagonal = std::sqrt(0.25 * width * width + 0.25 * height * height);
        const double arc = half_diagonal * std::abs(options.rotation_deg) * pi / 180;
        rotated = std::min(arc, half_diagonal - 0.5 * std::min(width, height));
    }
    const double drift = std::max(std::abs(options.drift_x_px), std::abs(options.drift_y_px));
    return static_cast<int>(std::ceil(rotated + drift + 2 * options.dither_px)) + 32;  // 32: PSF wings reach in
}

}  // namespace nightstack::sky
