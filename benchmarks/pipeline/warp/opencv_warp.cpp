// SPDX-License-Identifier: MIT
#include "benchmarks/pipeline/warp/opencv_warp.h"

#include <cassert>
#include <opencv2/imgproc.hpp>

namespace nightstack {

bool have_opencv() { return true; }

void opencv_warp(std::span<const ImageView<float>> out_planes, std::span<const ImageView<const float>> planes,
                 const Transform& source_from_out, WarpKind kind) {
    assert(kind == WarpKind::bilinear || kind == WarpKind::lanczos);
    cv::setNumThreads(1);
    const auto m = source_from_out.row_major();
    const cv::Matx23d matrix(m[0], m[1], m[2], m[3], m[4], m[5]);
    const int how = kind == WarpKind::bilinear ? cv::INTER_LINEAR : cv::INTER_LANCZOS4;
    for (std::size_t p = 0; p < planes.size(); ++p) {
        const ImageView<const float>& from = planes[p];
        const ImageView<float>& to = out_planes[p];
        const cv::Mat source(from.height(), from.width(), CV_32F, const_cast<float*>(from.data()),
                             static_cast<std::size_t>(from.stride()) * sizeof(float));
        cv::Mat out(to.height(), to.width(), CV_32F, to.data(), static_cast<std::size_t>(to.stride()) * sizeof(float));
        cv::warpAffine(source, out, matrix, out.size(), how | cv::WARP_INVERSE_MAP);
    }
}

}  // namespace nightstack
