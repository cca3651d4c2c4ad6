// SPDX-License-Identifier: MIT
#include "benchmarks/pipeline/scene/opencv_phase.h"

#include <opencv2/imgproc.hpp>

namespace nightstack {
namespace {

cv::Mat mat_of(ImageView<const float> plane) {
    return {plane.height(), plane.width(), CV_32F, const_cast<float*>(plane.data()),
            static_cast<std::size_t>(plane.stride()) * sizeof(float)};
}

}  // namespace

struct OpencvPhase::Parts {
    cv::Mat reference, window;
};

bool have_phase_correlation() { return true; }

OpencvPhase::OpencvPhase(ImageView<const float> reference) : parts_(std::make_unique<Parts>()) {
    cv::setNumThreads(1);
    parts_->reference = mat_of(reference);
    cv::createHanningWindow(parts_->window, parts_->reference.size(), CV_32F);
}

OpencvPhase::~OpencvPhase() = default;

Point OpencvPhase::shift_of(ImageView<const float> frame) const {
    const cv::Point2d p = cv::phaseCorrelate(parts_->reference, mat_of(frame), parts_->window);
    return {p.x, p.y};
}

}  // namespace nightstack
