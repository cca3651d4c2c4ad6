// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "benchmarks/pipeline/warp/opencv_warp.h"

namespace nightstack {

bool have_opencv() { return false; }

void opencv_warp(std::span<const ImageView<float>>, std::span<const ImageView<const float>>, const Transform&,
                 WarpKind) {
    std::abort();
}

}  // namespace nightstack
