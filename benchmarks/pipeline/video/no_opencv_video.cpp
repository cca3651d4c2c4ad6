// SPDX-License-Identifier: MIT
#include "benchmarks/pipeline/video/opencv_video.h"

namespace nightstack {

struct OpencvVideo::State {};
bool OpencvVideo::there() { return false; }
OpencvVideo::OpencvVideo(int /*width*/, int /*height*/) {}
OpencvVideo::~OpencvVideo() = default;
OpencvVideo::OpencvVideo(OpencvVideo&&) noexcept = default;
void OpencvVideo::add(const std::string& /*jpeg*/, const Transform& /*frame_from_ref*/) {}
double OpencvVideo::luma(int /*x*/, int /*y*/) const { return 0; }

}  // namespace nightstack
