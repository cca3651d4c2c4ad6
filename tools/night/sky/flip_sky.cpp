// SPDX-License-Identifier: MIT
#include "tools/night/sky/flip_sky.h"

#include <cmath>
#include <cstdio>
#include <numbers>

namespace nightstack::tools {

NightFlip sky_after_flip(const NightFrame& frame, const Transform& ref_from_frame, const SkyQuestion& question) {
    NightFlip flip;
    flip.seq = frame.seq;
    flip.file = frame.file;
    const double turn = ref_from_frame.rotation_rad() * 180 / std::numbers::pi;
    flip.turn_deg = std::isfinite(turn) ? turn : 0;
    flip.sky = find_sky(question).sky;
    flip.sky.objects.clear();  // in pixels of a frame that nobody shows
    char text[80];
    std::snprintf(text, sizeof text, "the field is turned by %.1f deg against the first frame's; ",
                  std::abs(flip.turn_deg));
    flip.sky.text = text + flip.sky.text;
    return flip;
}

}  // namespace nightstack::tools
