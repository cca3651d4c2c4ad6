// SPDX-License-Identifier: MIT
#include "device/sim/card/live_view.h"

#include "io/image_files/jpeg_writer.h"

namespace nightstack::device::sim {
namespace {

// A star like the Sun comes out white. The sensor sees more green.
constexpr std::array<double, 3> kDaylight{1 / 0.75, 1, 1 / 0.65};
constexpr int kWidth = 1920, kHeight = 1080;  // of the wide camera, and of the tele one's sums

std::string jpeg(const Rgb8& picture, int quality) {
    return io::jpeg_bytes(picture.width, picture.height, picture.samples, quality);
}

}  // namespace

LiveView::LiveView(Make make, std::shared_ptr<CaptureBoard> board) : make_(std::move(make)), board_(std::move(board)) {}

std::vector<std::string> LiveView::live(const Exposed& sample, std::span<const StreamSize> sizes, int quality) {
    if (!maker_) maker_ = make_();
    pixels_.reshape(kWidth, kHeight);
    maker_->expose(sample, sample, pixels_.view());
    take_colours(pixels_.cview(), colour_);
    drop_hot_pixels(colour_);
    const double units = sample.binning == 1 ? 4 : 1;
    std::vector<std::string> out;
    for (const StreamSize& size : sizes)
        out.push_back(
            jpeg(day_picture(colour_, kBlack * units, kWhite * units, size.width, size.height, kDaylight), quality));
    return out;
}

std::vector<std::string> LiveView::capture(int source, std::span<const StreamSize> sizes, int quality) {
    const CaptureBoard::Pictures newest = board_->newest();
    const Colour& shown = source == 1 ? *newest.single : *newest.stack;
    std::vector<std::string> out;
    for (const StreamSize& size : sizes) out.push_back(jpeg(night_picture(shown, size.width, size.height), quality));
    return out;
}

std::uint64_t LiveView::captured() const {
    if (!board_) return 0;
    board_->look();
    return board_->count();
}

}  // namespace nightstack::device::sim
