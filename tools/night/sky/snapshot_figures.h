// SPDX-License-Identifier: MIT
// How noisy a live stack is, and how bright what one looks at, from a snapshot of it. Pure; any thread. Pixels are
// sampled: 10 ms for 1920 x 1080 and three planes.
#pragma once

#include <array>
#include <optional>

#include "pipeline/stages/live/live_stack.h"

namespace nightstack::tools {

// All in ADU of the stack.
struct SnapshotFigures {
    int planes = 0;
    // Per plane: noise of a pixel of the background as reports give it, by the same rule from the same pixels (the
    // middle of the picture, differences of neighbours; statistics.h). 0 where nothing is covered.
    std::array<double, 3> noise_adu{};
    // Of the planes' mix as stars are found on it: (R + 2 G + B) / 4 of three, the mean of two. What a night's
    // StackNoise is made of.
    double mixed_noise_adu = 0;
    // Of the same mix, above the sky; nothing where nothing stands out.
    std::optional<double> signal_adu;
    bool extended = false;  // it is that of something larger than stars
};

// The signal is the median of the brightest tenth of what stands out 3 sigma above the sky. Looked at are some 8,000
// places on a grid, of pixels that half of the frames cover. At each the mean of 3 x 3 pixels is taken, there and 8
// pixels away on four sides; the second lowest of these five knows no stars. The sky is the plane through them, by
// least squares, without what stands out. Sigma is the noise of one pixel, or the scatter about that plane where this
// is larger. Where at least 1 in 200 places stand out, these are the signal: nebula, galaxy, cluster. Else it is that
// of the stars: the same with the mean at the place itself. A nebula that fills more than half of the picture counts as
// sky.
SnapshotFigures measure_snapshot(const LivePicture& picture);

}  // namespace nightstack::tools
