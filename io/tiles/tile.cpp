// SPDX-License-Identifier: MIT
#include "io/tiles/tile.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <string>

#include "io/files/file.h"
#include "io/image_files/picture_rows.h"
#include "io/tiles/light.h"
#include "io/tiles/orientation.h"
#include "io/tiles/reduced.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kReadBytes = std::size_t{128} << 10;  // at once, so that they are still in a near cache

class StoredTile final : public Tile {
public:
    StoredTile(TileInfo info, const RowsShape& shape, std::shared_ptr<const ScratchPiece> samples)
        : info_(std::move(info)), shape_(shape), samples_(std::move(samples)) {}

    const TileInfo& info() const override { return info_; }

    void read_light(Rect region, std::span<const ImageView<float>> planes) const override {
        assert(planes.size() == static_cast<std::size_t>(info_.channels));
        for_rows(region, [&](int y, const std::byte* samples) {
            std::array<float*, 3> to{};
            for (std::size_t c = 0; c < planes.size(); ++c) to[c] = planes[c].row_data(y);
            light_row(shape_, samples, region.width, to.data(), info_.range);
        });
    }

    void read_gray(Rect region, ImageView<std::uint8_t> gray) const override {
        for_rows(region, [&](int y, const std::byte* samples) {
            gray_row(shape_, samples, region.width, gray.row_data(y), info_.range);
        });
    }

private:
    // body(y, samples) for every row of the region, counted from its first.
    template <class Body>
    void for_rows(const Rect& region, const Body& body) const {
        assert((Rect{0, 0, info_.width, info_.height}.contains(region)));
        if (region.empty()) return;
        const std::size_t pixel = shape_.pixel_bytes();
        const std::size_t row = static_cast<std::size_t>(info_.width) * pixel;
        const std::uint64_t first =
            static_cast<std::uint64_t>(region.y) * row + static_cast<std::uint64_t>(region.x) * pixel;
        if (const std::span<const std::byte> all = samples_->mapped(); !all.empty()) {
            for (int y = 0; y < region.height; ++y) body(y, all.data() + first + static_cast<std::size_t>(y) * row);
            return;
        }
        const std::size_t wanted = static_cast<std::size_t>(region.width) * pixel;
        // Rows of most of the width are read together with what lies between them.
        const bool together = 4 * wanted >= 3 * row;
        const int rows = together ? static_cast<int>(std::clamp<std::size_t>(kReadBytes / row, 1, 1024)) : 1;
        std::vector<std::byte> bytes(static_cast<std::size_t>(rows - 1) * row + wanted);
        for (int y = 0; y < region.height; y += rows) {
            const int n = std::min(rows, region.height - y);
            samples_->read_at(std::span(bytes).first(static_cast<std::size_t>(n - 1) * row + wanted),
                              first + static_cast<std::uint64_t>(y) * row);
            for (int i = 0; i < n; ++i) body(y + i, bytes.data() + static_cast<std::size_t>(i) * row);
        }
    }

    TileInfo info_;
    RowsShape shape_;  // its width and height are those of the stored picture
    std::shared_ptr<const ScratchPiece> samples_;
};

// Reductions of rows that pass by.
class OnTheWay {
public:
    OnTheWay(const RowsShape& shape, const TileOptions& options) : shape_(shape) {
        if (options.gray_by > 0) gray_.emplace(shape.width, shape.height, options.gray_by);
        for (int c = 0; options.light_by > 0 && c < shape.colours; ++c)
            light_.emplace_back(shape.width, shape.height, options.light_by);
        gray_line_.resize(gray_ ? static_cast<std::size_t>(shape.width) : 0);
        for (std::size_t c = 0; c < light_.size(); ++c) light_lines_[c].resize(static_cast<std::size_t>(shape.width));
    }

    void take(const std::byte* row) {
        if (gray_) {
            gray_row(shape_, row, shape_.width, gray_line_.data());
            gray_->add(gray_line_.data());
        }
        if (light_.empty()) return;
        std::array<float*, 3> lines{};
        for (std::size_t c = 0; c < light_.size(); ++c) lines[c] = light_lines_[c].data();
        light_row(shape_, row, shape_.width, lines.data());
        for (std::size_t c = 0; c < light_.size(); ++c) light_[c].add(lines[c]);
    }

    void give(TileReductions& out) {
        if (gray_) out.gray = gray_->take();
        out.light.clear();
        for (BoxMean<float>& plane : light_) out.light.push_back(plane.take());
    }

private:
    RowsShape shape_;
    std::optional<BoxMean<std::uint8_t>> gray_;
    std::vector<BoxMean<float>> light_;
    std::vector<std::uint8_t> gray_line_;
    std::array<std::vector<float>, 3> light_lines_;
};

std::unique_ptr<PictureRows> open_rows(const std::filesystem::path& path, ScratchStore& store) {
    std::array<std::byte, 4> head{};
    {
        const File file(path);
        file.read_at(std::span(head).first(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), 4))), 0);
    }
    const auto begins = [&](std::initializer_list<int> bytes) {
        return std::equal(bytes.begin(), bytes.end(), head.begin(),
                          [](int wanted, std::byte is) { return wanted == std::to_integer<int>(is); });
    };
    if (begins({0xFF, 0xD8, 0xFF})) return open_jpeg_rows(path);
    if (begins({0x89, 'P', 'N', 'G'})) return open_png_rows(path, /*with_alpha=*/true, store);
    const bool classic = begins({'I', 'I', 42, 0}) || begins({'M', 'M', 0, 42});
    const bool big = begins({'I', 'I', 43, 0}) || begins({'M', 'M', 0, 43});
    if (classic || big) return open_tiff_rows(path);
    throw FormatError(printable(path.string()) + ": neither JPEG, PNG nor TIFF");
}

TileInfo info_of(const PictureRows& rows, const UprightPicture& upright) {
    const RowsShape& s = rows.shape();
    return {.width = upright.width(),
            .height = upright.height(),
            .channels = s.colours,
            .bits = static_cast<int>(8 * s.sample_bytes()),
            .display_referred = s.sample != RowSample::f32,
            .validity = s.alpha != RowAlpha::none,
            .range = {},
            .exif = rows.exif()};
}

}  // namespace

std::unique_ptr<Tile> open_tile(const std::filesystem::path& path, ScratchStore& store, const TileOptions& options,
                                TileReductions* reductions) {
    const std::unique_ptr<PictureRows> rows = open_rows(path, store);
    const RowsShape& shape = rows->shape();
    UprightPicture upright(shape.width, shape.height, shape.pixel_bytes(), rows->exif().orientation, store);
    // Of a picture that is turned the squares begin elsewhere.
    const bool on_the_way = reductions != nullptr && !upright.turned();
    OnTheWay reducing(shape, on_the_way ? options : TileOptions{});
    std::optional<FloatRangeFinder> finding;
    if (shape.sample == RowSample::f32) finding.emplace(shape);
    const int band = upright.band_rows();
    std::vector<std::byte> bytes;
    for (int y = 0; y < shape.height; y += band) {
        const int n = std::min(band, shape.height - y);
        std::span<std::byte> now = upright.in_place(y, n);
        const bool there = !now.empty();
        if (!there) {
            bytes.resize(static_cast<std::size_t>(n) * shape.row_bytes());
            now = bytes;
        }
        rows->next(n, now);
        for (int i = 0; on_the_way && i < n; ++i)
            reducing.take(now.data() + static_cast<std::size_t>(i) * shape.row_bytes());
        for (int i = 0; finding && i < n; ++i)
            finding->add(now.data() + static_cast<std::size_t>(i) * shape.row_bytes());
        if (!there) upright.write(y, n, now);
    }
    rows->finish();
    TileInfo info = info_of(*rows, upright);
    if (finding) info.range = finding->find();
    const bool as_it_came = info.range == FloatRange{};
    auto tile = std::make_unique<StoredTile>(std::move(info), shape, upright.take());
    if (on_the_way && as_it_came) {
        reducing.give(*reductions);
    } else if (reductions != nullptr) {
        SerialRunner runner;
        if (options.gray_by > 0) reductions->gray = reduced_gray(*tile, options.gray_by, runner);
        if (options.light_by > 0) reductions->light = reduced_light(*tile, options.light_by, runner);
    }
    return tile;
}

}  // namespace nightstack::io
