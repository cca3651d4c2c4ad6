// SPDX-License-Identifier: MIT
// The planes of a finished stack, wherever they are kept.
#pragma once

#include <functional>

#include "pipeline/core/image.h"

namespace nightstack::tools {

// The functions may be called from several threads at once, for regions that do not overlap; `out` and `pixels` have
// the size of `region`.
struct StackPlanes {
    int width = 0, height = 0, planes = 0;
    std::function<void(ImageView<float> out, int plane, Rect region)> read_value;
    std::function<void(ImageView<float> out, int plane, Rect region)> read_coverage;
    std::function<void(ImageView<const float> pixels, int plane, Rect region)> write_value;
};

}  // namespace nightstack::tools
