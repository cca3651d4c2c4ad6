// SPDX-License-Identifier: MIT
#include "tools/session/scratch_values.h"

namespace nightstack::tools {
namespace {

enum Part : std::size_t { kValue = 0, kCoverage = 1 };

}  // namespace

void ScratchValues::begin(const StackSummary& s) {
    canvas_ = {0, 0, s.canvas.width, s.canvas.height};
    planes_ = s.planes;
    file_.reset();
    file_.emplace(folder_ / "stack.fits", std::vector<io::FitsImageSpec>{
                                              {"", canvas_.width, canvas_.height, planes_, io::FitsSample::f32, 1},
                                              {"COV", canvas_.width, canvas_.height, planes_, io::FitsSample::u16, 1}});
}

void ScratchValues::put(const StackTile& t) {
    file_->write(kValue, t.plane, t.tile, t.value);
    file_->write(kCoverage, t.plane, t.tile, t.coverage);
}

StackPlanes ScratchValues::planes() {
    io::FitsWriter& file = *file_;
    return {
        canvas_.width,
        canvas_.height,
        planes_,
        [&file](ImageView<float> out, int plane, Rect region) { file.read(out, kValue, plane, region); },
        [&file](ImageView<float> out, int plane, Rect region) { file.read(out, kCoverage, plane, region); },
        [&file](ImageView<const float> pixels, int plane, Rect region) { file.write(kValue, plane, region, pixels); }};
}

}  // namespace nightstack::tools
