// SPDX-License-Identifier: MIT
#include "io/pano_files/deep_zoom.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "io/files/file.h"
#include "io/files/io_failure.h"
#include "io/files/local_file.h"
#include "io/image_files/jpeg_writer.h"
#include "io/image_files/png.h"
#include "io/pano_files/deep_zoom_folder.h"
#include "io/pano_files/level_builder.h"
#include "io/pano_files/tile_overlap.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;

constexpr int kLargestZoomAxis = 1'000'000;

void write_whole(const fs::path& path, std::span<const std::byte> bytes) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!file) throw_io("cannot write", path, errno);
    write_local(file.get(), bytes, 0, path.string());
}

class DeepZoomWriter final : public BlockWriter {
public:
    DeepZoomWriter(const fs::path& path, const DeepZoomFormat& format, ScratchStore& store, Overwrite overwrite)
        : format_(format),
          text_(path, overwrite),
          folder_(path, overwrite),
          levels_(format.grid, 1, store, [this](const LevelBlock& b) {
              overlaps_[static_cast<std::size_t>(b.level)]->add(b.column, b.row, b.samples);
          }) {
        for (int level = 0; level < levels_.levels(); ++level) {
            make_new_folder(folder_.path() / number_of(level));
            overlaps_.push_back(std::make_unique<TileOverlap>(
                levels_.grid(level), store, [this, level](const TileOverlap::Tile& tile) { write(level, tile); }));
        }
    }

    const BlockGrid& grid() const override { return format_.grid; }
    void write_block(int column, int row, std::span<const std::byte> samples) override {
        levels_.add(column, row, samples);
    }

    void finish() override {
        for (const auto& overlap : overlaps_) {
            if (!overlap->complete()) throw OptionError("deep zoom: finished before the last block");
        }
        folder_.publish();
        const std::string format = format_.png ? "png" : "jpg";
        text_.append(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\"" +
            std::string(" Format=\"") + format + "\" Overlap=\"1\" TileSize=\"" + std::to_string(format_.grid.block) +
            "\">\n  <Size Width=\"" + std::to_string(format_.grid.width) + "\" Height=\"" +
            std::to_string(format_.grid.height) + "\"/>\n</Image>\n");
        text_.publish();
    }

private:
    // Theirs are counted from the smallest.
    std::string number_of(int level) const { return std::to_string(levels_.levels() - 1 - level); }

    void write(int level, const TileOverlap::Tile& tile) const {
        const std::string name = std::to_string(tile.column) + "_" + std::to_string(tile.row);
        const fs::path path = folder_.path() / number_of(level) / (name + (format_.png ? ".png" : ".jpg"));
        const std::span samples(reinterpret_cast<const std::uint8_t*>(tile.samples.data()), tile.samples.size());
        const int channels = format_.grid.channels;
        if (!format_.png) {
            const JpegFormat jpeg{.width = tile.place.width,
                                  .height = tile.place.height,
                                  .channels = channels,
                                  .quality = format_.quality};
            const std::vector<std::uint8_t> bytes = jpeg_bytes(jpeg, samples);
            return write_whole(path, std::as_bytes(std::span(bytes)));
        }
        const PngFormat png{.width = tile.place.width, .height = tile.place.height, .channels = channels};
        const auto row_bytes = static_cast<std::size_t>(tile.place.width) * static_cast<std::size_t>(channels);
        SerialRunner here;
        const PngRow8 row = [&](int y, std::span<std::uint8_t> out) {
            std::memcpy(out.data(), samples.data() + static_cast<std::size_t>(y) * row_bytes, row_bytes);
        };
        write_whole(path, png_bytes(png, row, here));
    }

    DeepZoomFormat format_;
    OutputFile text_;
    DeepZoomFolder folder_;
    LevelBuilder levels_;
    std::vector<std::unique_ptr<TileOverlap>> overlaps_;
};

}  // namespace

void DeepZoomFormat::check() const {
    if (grid.width < 1 || grid.height < 1 || grid.width > kLargestZoomAxis || grid.height > kLargestZoomAxis)
        throw OptionError("deep zoom: size " + std::to_string(grid.width) + "x" + std::to_string(grid.height) +
                          " cannot be written; at most 1,000,000 a side");
    const bool kind = grid.channels >= 1 && grid.channels <= 4 && (png || !grid.alpha());
    if (!kind || grid.sample != RowSample::u8)
        throw OptionError("deep zoom: 8 bits, JPEG of 1 or 3 channels, PNG of 1 to 4 can be written");
    if (grid.block < 16 || grid.block > 4096 || grid.block % 2 != 0)
        throw OptionError("deep zoom: tiles of " + std::to_string(grid.block) + " pixels; even numbers of 16 to 4096");
    if (quality < 1 || quality > 100) throw OptionError("deep zoom: quality " + std::to_string(quality) + "; 1 to 100");
}

std::unique_ptr<BlockWriter> deep_zoom_writer(const fs::path& path, const DeepZoomFormat& format, ScratchStore& store,
                                              Overwrite overwrite) {
    format.check();
    return std::make_unique<DeepZoomWriter>(path, format, store, overwrite);
}

}  // namespace nightstack::io
