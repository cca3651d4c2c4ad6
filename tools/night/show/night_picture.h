// SPDX-License-Identifier: MIT
// The stack as it stands, as a PNG for the eye: balanced and stretched as `stack` does it, made smaller by whole
// factors so that it is quick to make and to send. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/runner.h"
#include "pipeline/stages/live/live_stack.h"

namespace nightstack::tools {

struct NightPictureOptions {
    double white_adu = 0;  // where the sensor saturates; 0: unknown
    int most_px = 1600;    // of the longer side, at least 1
    // Draws on it before it is packed: width * height * 3 samples, row 0 on top; `factor` pixels of the region lie in
    // one of it along each side. It then has three planes.
    std::function<void(std::span<std::uint8_t> rgb, int width, int height, int factor)> draw{};
};

// The PNG of `region` (canvas pixels; what lies outside of the picture is left out), 8 bits, 1 or 3 planes. A pixel is
// the mean of those of a square that frames cover, black where none is. The stretch goes by the pixels before that, so
// that it is the same at any size. Throws OptionError when nothing of the region is in the picture, or for 2 planes.
std::vector<std::byte> night_picture(const LivePicture& picture, const Rect& region, const NightPictureOptions& options,
                                     Runner& runner);

}  // namespace nightstack::tools
