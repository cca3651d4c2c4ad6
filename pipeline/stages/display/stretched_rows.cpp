// SPDX-License-Identifier: MIT
#include "pipeline/stages/display/stretched_rows.h"

#include <cassert>
#include <utility>

namespace nightstack {
namespace {

template <class Sample>
void fill(std::span<Sample> row, int y, const PictureRows& picture, const std::vector<ChannelStretch>& stretch) {
    const auto width = static_cast<std::size_t>(picture.width);
    const auto planes = static_cast<std::size_t>(picture.planes);
    assert(row.size() == width * planes);
    std::vector<float> values(width);
    std::vector<std::uint16_t> coverage(picture.coverage ? width : 0);
    std::vector<Sample> screen(width);
    for (std::size_t p = 0; p < planes; ++p) {
        picture.values(static_cast<int>(p), y, values);
        if (picture.coverage) picture.coverage(static_cast<int>(p), y, coverage);
        stretch_row(screen, values, coverage, stretch[p]);
        Sample* to = row.data() + p;
        for (const Sample v : screen) {
            *to = v;
            to += planes;
        }
    }
}

}  // namespace

StretchedRows::StretchedRows(PictureRows picture, std::vector<ChannelStretch> stretch)
    : picture_(std::move(picture)), stretch_(std::move(stretch)) {
    assert(stretch_.size() == static_cast<std::size_t>(picture_.planes));
}

void StretchedRows::operator()(int y, std::span<std::uint8_t> row) const { fill(row, y, picture_, stretch_); }

void StretchedRows::operator()(int y, std::span<std::uint16_t> row) const { fill(row, y, picture_, stretch_); }

}  // namespace nightstack
