// SPDX-License-Identifier: MIT
// What the scope shows while it captures: the mean of the frames so far, laid on the first. One thread.
#pragma once

#include "device/sim/card/colour.h"
#include "pipeline/core/transform.h"

namespace nightstack::device::sim {

class LiveStack {
public:
    void clear() { frames_ = 0; }
    int frames() const { return frames_; }
    // `frame_from_first` in pixels of the mosaic, whose sizes are twice the colours'.
    void add(const Colour& frame, const Transform& frame_from_first);
    // 0 where no frame reached.
    const Colour& mean();

private:
    int frames_ = 0;
    Colour sum_, mean_;
    Image<std::uint16_t> count_;
};

}  // namespace nightstack::device::sim
