// SPDX-License-Identifier: MIT
#include "pipeline/stages/decode/planar_picture.h"

namespace nightstack {
namespace {

constexpr int kBlock = 8;

int up_to(int value, int step) { return (value + step - 1) / step * step; }

}  // namespace

void PlanarPicture::reshape(PictureSize size, Subsampling chroma) {
    size_ = size;
    chroma_ = chroma;
    const int x = chroma.none() ? 1 : chroma.x, y = chroma.none() ? 1 : chroma.y;
    const int width = up_to(size.width, kBlock * x), height = up_to(size.height, kBlock * y);
    planes_[0].reshape(width, height);
    if (chroma.none()) return;
    planes_[1].reshape(width / x, height / y);
    planes_[2].reshape(width / x, height / y);
}

ImageView<const std::uint8_t> PlanarPicture::plane(int index) const {
    if (index > 0 && chroma_.none()) return {};
    const int x = index == 0 ? 1 : chroma_.x, y = index == 0 ? 1 : chroma_.y;
    const ImageView<const std::uint8_t> whole = planes_[static_cast<std::size_t>(index)].view();
    return whole.cropped({0, 0, (size_.width + x - 1) / x, (size_.height + y - 1) / y});
}

}  // namespace nightstack
