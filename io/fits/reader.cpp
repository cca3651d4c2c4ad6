// SPDX-License-Identifier: MIT
#include "io/fits/reader.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "io/fits/fits_error.h"
#include "io/fits/frame_info.h"
#include "io/fits/region.h"
#include "io/fits/samples.h"

namespace nightstack::io {
namespace {

// A card pulled while a frame was being written keeps its full length with zeros where nothing came. An unsigned
// 16-bit camera frame shows that: stored zeros are the value 32768, and no sensor gives a whole row of just that.
void refuse_unwritten_end(const FitsFile& file) {
    const FitsLayout& layout = file.layout();
    if (!is_u16(layout) || layout.width < 16) return;
    std::vector<std::uint16_t> row(static_cast<std::size_t>(layout.width));
    file.read_u16({row.data(), layout.width, 1, layout.width}, {0, layout.height - 1, layout.width, 1},
                  layout.planes - 1);
    if (std::ranges::any_of(row, [](std::uint16_t value) { return value != 32768; })) return;
    throw FitsError(FitsFault::truncated, file.name() + ": written in part, the last row of " +
                                              std::to_string(layout.height) + " holds only zero bytes");
}

}  // namespace

FitsFile::FitsFile(ByteSource source) : source_(std::move(source)), contents_(pass_gate(source_)) {}

int FitsFile::find(std::string_view extname) const {
    const auto found = std::ranges::find(images(), extname, &FitsHdu::name);
    return found == images().end() ? -1 : static_cast<int>(found - images().begin());
}

void FitsFile::read(ImageView<float> out, Rect region, int plane, std::size_t image) const {
    read_region(out, region, plane, images()[image].layout, RowOrder::as_stored, source_.read_at);
}

void FitsFile::read_u16(ImageView<std::uint16_t> out, Rect region, int plane, std::size_t image) const {
    const FitsLayout& layout = images()[image].layout;
    if (!is_u16(layout)) {
        throw FitsError(FitsFault::header, source_.name + ": BITPIX = " + std::to_string(layout.bitpix) +
                                               ", unsigned 16-bit values (BITPIX 16, BZERO 32768) expected");
    }
    read_region(out, region, plane, layout, RowOrder::as_stored, source_.read_at);
}

StreamFormat stream_format(const FitsHeader& header, const FitsLayout& layout, const std::string& name) {
    StreamFormat format;
    format.width = layout.width;
    format.height = layout.height;
    if (layout.planes == 3) {
        format.kind = PixelKind::rgb;
        return format;
    }
    format.cfa = cfa_pattern(header, name);
    format.kind = format.cfa ? PixelKind::cfa : PixelKind::mono;
    return format;
}

FitsFrame::FitsFrame(FitsFile file)
    : file_(std::move(file)),
      format_(stream_format(file_.header(), file_.layout(), file_.name())),
      info_(frame_info(file_.header())),
      reversed_(rows_bottom_up(file_.header())) {}

void FitsFrame::read(ImageView<float> out, Rect region, int plane) const {
    const RowOrder order = reversed_ ? RowOrder::reversed : RowOrder::as_stored;
    read_region(out, region, plane, file_.layout(), order, file_.source_.read_at);
}

std::unique_ptr<FitsFrame> open_fits(const std::filesystem::path& path) {
    FitsFile file(path);
    refuse_unwritten_end(file);
    return std::make_unique<FitsFrame>(std::move(file));
}

}  // namespace nightstack::io
