// SPDX-License-Identifier: MIT
// What scene alignment is measured against: cv::phaseCorrelate of whole planes with a Hanning window, one thread, which
// finds shifts only. Built only where OpenCV's headers are installed (tools/bench installs them); the product never
// links OpenCV.
#pragma once

#include <memory>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack {

bool have_phase_correlation();

// The window is made once. `reference` and frames have one size; nothing of either is changed or kept.
class OpencvPhase {
public:
    explicit OpencvPhase(ImageView<const float> reference);
    ~OpencvPhase();
    // Where the reference's origin lies in the frame.
    Point shift_of(ImageView<const float> frame) const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nightstack
