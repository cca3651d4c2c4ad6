// SPDX-License-Identifier: MIT
#include "benchmarks/pipeline/video/opencv_video.h"

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace nightstack {

struct OpencvVideo::State {
    cv::Mat bytes, picture, warped, sum;
    int frames = 0;
};

bool OpencvVideo::there() { return true; }

OpencvVideo::OpencvVideo(int width, int height) : state_(std::make_unique<State>()) {
    cv::setNumThreads(1);
    state_->sum = cv::Mat::zeros(height, width, CV_32FC3);
}
OpencvVideo::~OpencvVideo() = default;
OpencvVideo::OpencvVideo(OpencvVideo&&) noexcept = default;

void OpencvVideo::add(const std::string& jpeg, const Transform& frame_from_ref) {
    State& s = *state_;
    const cv::Mat bytes(1, static_cast<int>(jpeg.size()), CV_8U, const_cast<char*>(jpeg.data()));
    cv::imdecode(bytes, cv::IMREAD_COLOR, &s.picture);
    const auto m = frame_from_ref.row_major();
    const cv::Matx23d matrix(m[0], m[1], m[2], m[3], m[4], m[5]);
    cv::warpAffine(s.picture, s.warped, matrix, s.sum.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP);
    cv::accumulate(s.warped, s.sum);
    ++s.frames;
}

double OpencvVideo::luma(int x, int y) const {
    const auto& v = state_->sum.at<cv::Vec3f>(y, x);
    return (0.114 * v[0] + 0.587 * v[1] + 0.299 * v[2]) / state_->frames;
}

}  // namespace nightstack
