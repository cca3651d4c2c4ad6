// SPDX-License-Identifier: MIT
#include "io/fits/writer.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <type_traits>
#include <utility>

#include "io/files/file.h"
#include "io/fits/header_block.h"
#include "io/fits/region.h"
#include "io/fits/samples.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kBuffer = 65536;
constexpr int kMaxAxis = 65536;  // what the gate takes back from our own files

std::uint64_t header_at(const FitsLayout& layout, const FitsImageSpec& spec) {
    return layout.data_at - static_cast<std::uint64_t>(spec.header_blocks) * kFitsBlock;
}

void check(const FitsImageSpec& spec, bool primary, const std::filesystem::path& path) {
    const bool sizes = spec.width >= 1 && spec.height >= 1 && spec.width <= kMaxAxis && spec.height <= kMaxAxis &&
                       static_cast<std::int64_t>(spec.width) * spec.height <= (std::int64_t{1} << 28);
    const bool planes = primary ? spec.planes == 1 || spec.planes == 3 : spec.planes >= 1 && spec.planes <= 16;
    if (!sizes || !planes || spec.header_blocks < 1 || spec.header_blocks > kMaxHeaderBlocks) {
        throw OptionError(printable(path.string()) + ": cannot write " + std::to_string(spec.planes) + " planes of " +
                          std::to_string(spec.width) + " x " + std::to_string(spec.height) + " pixels with " +
                          std::to_string(spec.header_blocks) + " header blocks");
    }
}

std::vector<FitsLayout> laid_out(const std::vector<FitsImageSpec>& specs, const std::filesystem::path& path) {
    if (specs.empty()) throw OptionError(printable(path.string()) + ": a FITS file needs at least one image");
    std::vector<FitsLayout> layouts;
    std::uint64_t at = 0;
    for (const FitsImageSpec& spec : specs) {
        check(spec, layouts.empty(), path);
        FitsLayout layout;
        layout.bitpix = spec.sample == FitsSample::f32 ? -32 : 16;
        layout.bzero = spec.sample == FitsSample::f32 ? 0 : 32768;
        layout.width = spec.width;
        layout.height = spec.height;
        layout.planes = spec.planes;
        layout.data_at = at + static_cast<std::uint64_t>(spec.header_blocks) * kFitsBlock;
        layout.data_bytes = static_cast<std::uint64_t>(spec.width) * static_cast<std::uint64_t>(spec.height) *
                            static_cast<std::uint64_t>(spec.planes) * layout.sample_bytes();
        at = layout.end();
        layouts.push_back(layout);
    }
    return layouts;
}

FitsCards structural_cards(const FitsImageSpec& spec, const FitsLayout& layout, bool primary, bool extended) {
    FitsCards cards;
    if (primary) {
        cards.logical("SIMPLE", true, "FITS standard");
    } else {
        cards.text("XTENSION", "IMAGE", "image extension");
    }
    cards.integer("BITPIX", layout.bitpix);
    cards.integer("NAXIS", spec.planes > 1 ? 3 : 2);
    cards.integer("NAXIS1", spec.width);
    cards.integer("NAXIS2", spec.height);
    if (spec.planes > 1) cards.integer("NAXIS3", spec.planes);
    if (primary && extended) cards.logical("EXTEND", true);
    if (!primary) cards.integer("PCOUNT", 0).integer("GCOUNT", 1);
    if (layout.bzero != 0) cards.integer("BZERO", 32768, "unsigned 16-bit").integer("BSCALE", 1);
    if (!spec.name.empty()) cards.text("EXTNAME", spec.name);
    return cards;
}

}  // namespace

FitsWriter::FitsWriter(const std::filesystem::path& path, std::vector<FitsImageSpec> images, Overwrite overwrite)
    : specs_(std::move(images)), layouts_(laid_out(specs_, path)), file_(path, overwrite) {
    file_.reserve(layouts_.back().end());
    for (std::size_t i = 0; i < specs_.size(); ++i) set_header(i, {});
}

template <class T>
void FitsWriter::write_any(std::size_t image, int plane, Rect where, ImageView<const T> pixels) {
    const FitsLayout& layout = layouts_[image];
    assert((Rect{0, 0, layout.width, layout.height}.contains(where)));
    assert(pixels.same_size(where.width, where.height) && plane >= 0 && plane < layout.planes);
    assert((specs_[image].sample == FitsSample::f32) == (std::is_same_v<T, float>));
    if (where.empty()) return;
    alignas(64) std::array<std::byte, kBuffer> buffer;
    const auto width = static_cast<std::size_t>(where.width);
    const std::size_t room = kBuffer / sizeof(T);  // samples
    const bool whole_rows = where.width == layout.width && width <= room;
    const int step = whole_rows ? static_cast<int>(room / width) : 1;
    const auto row_of = [&](int y) {
        return static_cast<std::uint64_t>(plane) * static_cast<std::uint64_t>(layout.height) +
               static_cast<std::uint64_t>(y);
    };
    for (int y = 0; y < where.height; y += step) {
        const int rows = std::min(step, where.height - y);
        const std::uint64_t first =
            row_of(where.y + y) * static_cast<std::uint64_t>(layout.width) + static_cast<std::uint64_t>(where.x);
        for (std::size_t x = 0; x < width; x += room) {  // one turn unless a row passes the buffer
            const std::size_t count = std::min(width - x, room);
            for (int r = 0; r < rows; ++r) {
                encode_samples(buffer.data() + static_cast<std::size_t>(r) * count * sizeof(T),
                               pixels.row_data(y + r) + x, count);
            }
            file_.write_at({buffer.data(), static_cast<std::size_t>(rows) * count * sizeof(T)},
                           layout.data_at + (first + x) * sizeof(T));
        }
    }
}

void FitsWriter::write(std::size_t image, int plane, Rect where, ImageView<const float> pixels) {
    write_any(image, plane, where, pixels);
}

void FitsWriter::write(std::size_t image, int plane, Rect where, ImageView<const std::uint16_t> pixels) {
    write_any(image, plane, where, pixels);
}

void FitsWriter::read(ImageView<float> out, std::size_t image, int plane, Rect region) const {
    read_region(out, region, plane, layouts_[image], RowOrder::as_stored,
                [this](std::span<std::byte> bytes, std::uint64_t offset) { file_.read_at(bytes, offset); });
}

void FitsWriter::begin_sync(std::size_t image, int plane, int y, int rows) const {
    const FitsLayout& layout = layouts_[image];
    const std::uint64_t row_bytes = static_cast<std::uint64_t>(layout.width) * layout.sample_bytes();
    const std::uint64_t first =
        static_cast<std::uint64_t>(plane) * static_cast<std::uint64_t>(layout.height) + static_cast<std::uint64_t>(y);
    file_.begin_sync(layout.data_at + first * row_bytes, static_cast<std::uint64_t>(rows) * row_bytes);
}

void FitsWriter::set_header(std::size_t image, const FitsCards& cards) {
    const FitsImageSpec& spec = specs_[image];
    FitsCards all = structural_cards(spec, layouts_[image], image == 0, specs_.size() > 1);
    all.add(cards);
    std::string bytes = all.bytes();
    const std::size_t room = static_cast<std::size_t>(spec.header_blocks) * kFitsBlock;
    if (bytes.size() + kFitsCard > room) {
        throw OptionError(printable(file_.path().string()) + ": " + std::to_string(all.count()) +
                          " header cards, room for " + std::to_string(room / kFitsCard - 1) + " was reserved");
    }
    bytes.resize(room, ' ');  // blank cards are legal before END, so the reserved blocks need no shrinking
    bytes.replace(room - kFitsCard, 3, "END");
    file_.write_at(std::as_bytes(std::span(bytes)), header_at(layouts_[image], spec));
}

void FitsWriter::publish() { file_.publish(); }

namespace {

template <class T>
void write_planes(const std::filesystem::path& path, std::span<const ImageView<const T>> planes, const FitsCards& cards,
                  Overwrite overwrite) {
    if (planes.empty()) throw OptionError(printable(path.string()) + ": a FITS file needs at least one plane");
    const int width = planes.front().width();
    const int height = planes.front().height();
    constexpr std::size_t kOwnCards = 10;
    const std::size_t cards_needed = cards.count() + kOwnCards + 1;
    FitsImageSpec spec{"",
                       width,
                       height,
                       static_cast<int>(planes.size()),
                       std::is_same_v<T, float> ? FitsSample::f32 : FitsSample::u16,
                       static_cast<int>((cards_needed * kFitsCard + kFitsBlock - 1) / kFitsBlock)};
    FitsWriter writer(path, {std::move(spec)}, overwrite);
    writer.set_header(0, cards);
    for (std::size_t p = 0; p < planes.size(); ++p) {
        assert(planes[p].same_size(width, height));
        writer.write(0, static_cast<int>(p), {0, 0, width, height}, planes[p]);
    }
    writer.publish();
}

}  // namespace

void write_fits(const std::filesystem::path& path, std::span<const ImageView<const float>> planes,
                const FitsCards& cards, Overwrite overwrite) {
    write_planes(path, planes, cards, overwrite);
}

void write_fits(const std::filesystem::path& path, std::span<const ImageView<const std::uint16_t>> planes,
                const FitsCards& cards, Overwrite overwrite) {
    write_planes(path, planes, cards, overwrite);
}

void write_fits(const std::filesystem::path& path, ImageView<const float> pixels, const FitsCards& cards,
                Overwrite overwrite) {
    write_planes(path, std::span<const ImageView<const float>>(&pixels, 1), cards, overwrite);
}

void write_fits(const std::filesystem::path& path, ImageView<const std::uint16_t> pixels, const FitsCards& cards,
                Overwrite overwrite) {
    write_planes(path, std::span<const ImageView<const std::uint16_t>>(&pixels, 1), cards, overwrite);
}

}  // namespace nightstack::io
