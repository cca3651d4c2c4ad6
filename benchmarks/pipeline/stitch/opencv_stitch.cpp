// SPDX-License-Identifier: MIT
#include "benchmarks/pipeline/stitch/opencv_stitch.h"

#include <opencv2/core/ocl.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/stitching/detail/blenders.hpp>

namespace nightstack {
namespace {

template <class T>
cv::Mat mat(const ImageView<const T>& view, int type, int channels) {
    return cv::Mat(view.height(), view.width() / channels, type, const_cast<T*>(view.data()),
                   static_cast<std::size_t>(view.stride()) * sizeof(T));
}

}  // namespace

bool have_opencv_stitch() { return true; }

void opencv_remap(ImageView<const float> source_rgb, ImageView<const float> x, ImageView<const float> y,
                  ImageView<float> out_rgb) {
    cv::setNumThreads(1);
    cv::Mat out = mat<float>(out_rgb, CV_32FC3, 3);
    cv::remap(mat<float>(source_rgb, CV_32FC3, 3), out, mat<float>(x, CV_32F, 1), mat<float>(y, CV_32F, 1),
              cv::INTER_CUBIC, cv::BORDER_REPLICATE);
}

double opencv_blend(std::span<const PeerTile> tiles, const Rect& canvas, int bands) {
    cv::setNumThreads(1);
    cv::ocl::setUseOpenCL(false);
    cv::detail::MultiBandBlender blender(0, bands);
    blender.prepare(cv::Rect(canvas.x, canvas.y, canvas.width, canvas.height));
    for (const PeerTile& tile : tiles) {
        cv::Mat warped, wide;
        cv::remap(mat<std::uint8_t>(tile.rgb.cview(), CV_8UC3, 3), warped, mat<float>(tile.x.cview(), CV_32F, 1),
                  mat<float>(tile.y.cview(), CV_32F, 1), cv::INTER_LINEAR, cv::BORDER_REFLECT);
        warped.convertTo(wide, CV_16S);
        blender.feed(wide, mat<std::uint8_t>(tile.mask.cview(), CV_8U, 1), {tile.part.x, tile.part.y});
    }
    cv::Mat result, mask;
    blender.blend(result, mask);
    return cv::sum(result)[0];
}

}  // namespace nightstack
