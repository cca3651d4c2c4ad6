// SPDX-License-Identifier: MIT
// What stacking a film is measured against: cv::imdecode, cv::warpAffine and cv::accumulate in a loop, told where each
// picture lies, without rejection. Built only where OpenCV's headers are installed (tools/bench installs them); the
// product never links OpenCV.
#pragma once

#include <memory>
#include <string>

#include "pipeline/core/transform.h"

namespace nightstack {

// One thread's loop; its sums live through many pictures.
class OpencvVideo {
public:
    static bool there();
    OpencvVideo(int width, int height);
    ~OpencvVideo();
    OpencvVideo(OpencvVideo&&) noexcept;
    void add(const std::string& jpeg, const Transform& frame_from_ref);
    // Of the mean so far at a pixel: Y of its blue, green and red.
    double luma(int x, int y) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace nightstack
