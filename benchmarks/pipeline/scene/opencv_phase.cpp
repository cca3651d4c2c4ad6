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

// With a window and sizes that need no border phaseCorrelate multiplies its inputs in place (OpenCV 4.6), and a second
// call would see something else. So the window is put on copies, as it would do, and it is given none.
struct OpencvPhase::Parts {
    cv::Mat reference, window, frame;
};

bool have_phase_correlation() { return true; }

OpencvPhase::OpencvPhase(ImageView<const float> reference) : parts_(std::make_unique<Parts>()) {
    cv::setNumThreads(1);
    const cv::Mat whole = mat_of(reference);
    cv::createHanningWindow(parts_->window, whole.size(), CV_32F);
    cv::multiply(whole, parts_->window, parts_->reference);
}

OpencvPhase::~OpencvPhase() = default;

Point OpencvPhase::shift_of(ImageView<const float> frame) const {
    cv::multiply(mat_of(frame), parts_->window, parts_->frame);
    const cv::Point2d p = cv::phaseCorrelate(parts_->reference, parts_->frame);
    return {p.x, p.y};
}

}  // namespace nightstack
