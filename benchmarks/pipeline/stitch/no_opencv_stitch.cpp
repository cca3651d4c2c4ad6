// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "benchmarks/pipeline/stitch/opencv_stitch.h"

namespace nightstack {

bool have_opencv_stitch() { return false; }
void opencv_remap(ImageView<const float>, ImageView<const float>, ImageView<const float>, ImageView<float>) {
    std::abort();
}
double opencv_blend(std::span<const PeerTile>, const Rect&, int) { std::abort(); }

}  // namespace nightstack
