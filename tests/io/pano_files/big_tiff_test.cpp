// SPDX-License-Identifier: MIT
// BigTIFF as libtiff reads it back: every level, every kind of sample.
#include "io/pano_files/big_tiff.h"

#include <gtest/gtest.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <random>

#include "io/tiles/tile.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"
#include "tests/io/pano_files/made_canvas.h"

namespace nightstack::io {
namespace {

using namespace nightstack::io::test;

void write(const std::filesystem::path& path, const BigTiffFormat& format, const Canvas& canvas, unsigned seed) {
    ScratchStore store(1 << 26, temp("scratch"));
    OutputFile file(path, Overwrite::yes);
    const auto writer = big_tiff_writer(file, format, store);
    std::vector<int> order(static_cast<std::size_t>(format.grid.across() * format.grid.down()));
    std::iota(order.begin(), order.end(), 0);
    if (seed != 0) std::shuffle(order.begin(), order.end(), std::mt19937(seed));
    ThreadRunner runner(3);
    runner.run(static_cast<int>(order.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            const int at = order[static_cast<std::size_t>(i)];
            const int column = at % format.grid.across(), row = at / format.grid.across();
            writer->write_block(column, row, bytes_of_part(canvas, format.grid.place(column, row)));
        }
    });
    writer->finish();
    file.publish();
}

double sample_of(const std::vector<std::byte>& tile, std::size_t i, RowSample kind) {
    const auto get = [&](auto value) {
        std::memcpy(&value, &tile[i * sizeof(value)], sizeof(value));
        return static_cast<double>(value);
    };
    return kind == RowSample::u8 ? get(std::uint8_t{}) : kind == RowSample::u16 ? get(std::uint16_t{}) : get(float{});
}

void expect_level(TIFF* tiff, const Canvas& wanted, int level) {
    std::uint32_t width = 0, height = 0, kind = 9, tile = 0;
    std::uint16_t samples = 0, extra = 0;
    std::uint16_t* extra_kinds = nullptr;
    TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
    TIFFGetField(tiff, TIFFTAG_SUBFILETYPE, &kind);
    TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &tile);
    TIFFGetField(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
    const BlockGrid& g = wanted.grid;
    ASSERT_EQ(width, static_cast<std::uint32_t>(g.width));
    ASSERT_EQ(height, static_cast<std::uint32_t>(g.height));
    EXPECT_EQ(kind, level == 0 ? 0u : static_cast<std::uint32_t>(FILETYPE_REDUCEDIMAGE));
    EXPECT_EQ(tile, static_cast<std::uint32_t>(g.block));
    EXPECT_EQ(samples, g.channels);
    EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extra, &extra_kinds), g.alpha() ? 1 : 0);
    if (g.alpha()) {
        EXPECT_EQ(extra_kinds[0], EXTRASAMPLE_UNASSALPHA);
    }
    std::vector<std::byte> bytes(static_cast<std::size_t>(TIFFTileSize(tiff)));
    for (int y0 = 0; y0 < g.height; y0 += g.block) {
        for (int x0 = 0; x0 < g.width; x0 += g.block) {
            ASSERT_GT(
                TIFFReadTile(tiff, bytes.data(), static_cast<std::uint32_t>(x0), static_cast<std::uint32_t>(y0), 0, 0),
                0);
            for (int y = y0; y < std::min(g.height, y0 + g.block); ++y) {
                for (int x = x0; x < std::min(g.width, x0 + g.block); ++x) {
                    for (int c = 0; c < g.channels; ++c) {
                        const auto i = static_cast<std::size_t>(((y - y0) * g.block + x - x0) * g.channels + c);
                        ASSERT_NEAR(sample_of(bytes, i, g.sample), wanted.at(x, y, c),
                                    g.sample == RowSample::f32 ? 1e-5 : 0)
                            << level << ": " << x << " " << y << " " << c;
                    }
                }
            }
        }
    }
}

TEST(BigTiff, LibtiffReadsEveryLevelOfEveryKind) {
    for (const RowSample sample : {RowSample::u8, RowSample::u16, RowSample::f32}) {
        for (const int channels : {1, 2, 3, 4}) {
            for (const bool deflate : {true, false}) {
                SCOPED_TRACE(std::to_string(static_cast<int>(sample)) + " " + std::to_string(channels));
                const BlockGrid grid{.width = 301, .height = 150, .block = 64, .channels = channels, .sample = sample};
                const BigTiffFormat format{
                    .grid = grid, .deflate = deflate, .software = "who made it", .xmp = "<x:xmpmeta/>"};
                Canvas canvas = made_canvas(grid);
                write(temp("big.tif"), format, canvas, 3);
                TIFF* tiff = TIFFOpen(temp("big.tif").c_str(), "r");
                ASSERT_NE(tiff, nullptr);
                const char* words = nullptr;
                EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_SOFTWARE, &words), 1);
                EXPECT_STREQ(words, "who made it");
                std::uint32_t size = 0;
                const void* xmp = nullptr;
                EXPECT_EQ(TIFFGetField(tiff, TIFFTAG_XMLPACKET, &size, &xmp), 1);
                EXPECT_EQ(std::string(static_cast<const char*>(xmp), size), "<x:xmpmeta/>");
                ASSERT_EQ(TIFFNumberOfDirectories(tiff), 4);  // 301, 151, 76, 38
                for (int level = 0; level < 4; ++level) {
                    TIFFSetDirectory(tiff, static_cast<tdir_t>(level));
                    expect_level(tiff, canvas, level);
                    canvas = half_of(canvas);
                }
                TIFFClose(tiff);
            }
        }
    }
}

// And so do we.
TEST(BigTiff, IsATileOfAPanorama) {
    const BlockGrid grid{.width = 90, .height = 70, .block = 32, .channels = 4, .sample = RowSample::f32};
    const Canvas canvas = made_canvas(grid);
    write(temp("big.tif"), {.grid = grid}, canvas, 0);
    ScratchStore store(1 << 26, temp("scratch"));
    const auto tile = open_tile(temp("big.tif"), store);
    ASSERT_TRUE(tile->info().validity);
    std::vector<Image<float>> planes;
    std::vector<ImageView<float>> views;
    for (int c = 0; c < 3; ++c) planes.emplace_back(90, 70);
    for (Image<float>& plane : planes) views.push_back(plane.view());
    tile->read_light({0, 0, 90, 70}, views);
    for (int y = 0; y < 70; ++y) {
        for (int x = 0; x < 90; ++x) {
            const bool there = canvas.at(x, y, 3) >= 0.5;
            ASSERT_EQ(std::isnan(views[1](x, y)), !there);
            if (there) {
                ASSERT_EQ(views[1](x, y), static_cast<float>(canvas.at(x, y, 1)));
            }
        }
    }
}

TEST(BigTiff, BlocksThatNeverComeAreNothing) {
    const BlockGrid grid{.width = 4000, .height = 3000, .block = 256, .channels = 4};
    ScratchStore store(1 << 26, temp("scratch"));
    OutputFile file(temp("sparse.tif"), Overwrite::yes);
    const auto writer = big_tiff_writer(file, {.grid = grid, .deflate = false}, store);
    const std::vector<std::byte> block(grid.bytes(grid.place(5, 5)), std::byte{200});
    writer->write_block(5, 5, block);
    EXPECT_THROW(writer->write_block(16, 0, block), OptionError);
    writer->finish();
    file.publish();
    EXPECT_LT(std::filesystem::file_size(temp("sparse.tif")), 8 * block.size())
        << "one block, its levels, one of nothing";
    TIFF* tiff = TIFFOpen(temp("sparse.tif").c_str(), "r");
    std::vector<std::uint8_t> pixels(block.size());
    TIFFReadTile(tiff, pixels.data(), 1300, 1300, 0, 0);
    EXPECT_EQ(pixels[1000], 200);
    TIFFReadTile(tiff, pixels.data(), 0, 0, 0, 0);
    EXPECT_EQ(*std::max_element(pixels.begin(), pixels.end()), 0);
    TIFFSetDirectory(tiff, 4);  // 250 x 188: the block is 16 x 16 of it
    TIFFReadTile(tiff, pixels.data(), 0, 0, 0, 0);
    EXPECT_EQ(pixels[4 * (85 * 256 + 85)], 200);
    EXPECT_EQ(pixels[4 * (85 * 256 + 40)], 0);
    TIFFClose(tiff);
}

TEST(BigTiff, RefusesWhatItCannotHold) {
    EXPECT_THROW((BigTiffFormat{.grid = {.width = 1'000'001, .height = 1}}.check()), OptionError);
    EXPECT_THROW((BigTiffFormat{.grid = {.width = 10, .height = 10, .block = 100}}.check()), OptionError);
    EXPECT_THROW((BigTiffFormat{.grid = {.width = 10, .height = 10, .channels = 5}}.check()), OptionError);
}

TEST(RowsIntoBlocks, GiveTheSameFile) {
    const BlockGrid grid{.width = 200, .height = 170, .block = 64, .channels = 3};
    const Canvas canvas = made_canvas(grid);
    ScratchStore store(1 << 26, temp("scratch"));
    const auto file_of = [&](int cut) {
        OutputFile file(temp("rows.tif"), Overwrite::yes);
        const auto blocks = big_tiff_writer(file, {.grid = grid}, store);
        const auto rows = rows_into_blocks(*blocks);
        SerialRunner runner;
        for (int y = 0; y < 170; y += cut) {
            const int n = std::min(cut, 170 - y);
            rows->append(bytes_of_part(canvas, {0, y, 200, n}), n, runner);
        }
        rows->finish(runner);
        file.publish();
        return bytes_of(temp("rows.tif"));
    };
    const std::string wanted = file_of(170);
    EXPECT_TRUE(file_of(1) == wanted);
    EXPECT_TRUE(file_of(100) == wanted);
    TIFF* tiff = TIFFOpen(temp("rows.tif").c_str(), "r");
    expect_level(tiff, canvas, 0);
    TIFFClose(tiff);
}

}  // namespace
}  // namespace nightstack::io
