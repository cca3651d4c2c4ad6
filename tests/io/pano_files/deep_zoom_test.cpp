// SPDX-License-Identifier: MIT
// Deep zoom: every tile of every level is there, of the right size, and joined without a seam.
#include "io/pano_files/deep_zoom.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "io/image_files/jpeg.h"
#include "io/image_files/picture_rows.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"
#include "tests/io/pano_files/made_canvas.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;
using namespace nightstack::io::test;

void write_zoom(const fs::path& path, const DeepZoomFormat& format, const Canvas& canvas, Overwrite overwrite) {
    ScratchStore store(1 << 26, temp("scratch"));
    const auto writer = deep_zoom_writer(path, format, store, overwrite);
    std::vector<int> order(static_cast<std::size_t>(format.grid.across() * format.grid.down()));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937(2));
    ThreadRunner runner(3);
    runner.run(static_cast<int>(order.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            const int at = order[static_cast<std::size_t>(i)];
            const int column = at % format.grid.across(), row = at / format.grid.across();
            writer->write_block(column, row, bytes_of_part(canvas, format.grid.place(column, row)));
        }
    });
    writer->finish();
    EXPECT_EQ(store.memory_used() + store.disk_used(), 0u);
}

std::size_t hidden_in(const fs::path& folder) {
    std::size_t n = 0;
    for (const auto& entry : fs::directory_iterator(folder)) n += entry.path().filename().string()[0] == '.' ? 1U : 0U;
    return n;
}

void expect_levels(const fs::path& files, Canvas canvas, int levels, const std::string& ending, int tolerance) {
    ScratchStore store(1 << 26, temp("scratch"));
    for (int level = levels - 1; level >= 0; --level, canvas = half_of(canvas)) {
        const BlockGrid& g = canvas.grid;
        std::size_t tiles = 0;
        for (const auto& entry : fs::directory_iterator(files / std::to_string(level)))
            tiles += entry.is_regular_file() ? 1U : 0U;
        EXPECT_EQ(tiles, static_cast<std::size_t>(g.across() * g.down()));
        for (int row = 0; row < g.down(); ++row) {
            for (int column = 0; column < g.across(); ++column) {
                const Rect place = intersected(grown(g.place(column, row), 1), {0, 0, g.width, g.height});
                const fs::path path =
                    files / std::to_string(level) / (std::to_string(column) + "_" + std::to_string(row) + ending);
                const auto rows = ending == ".png" ? open_png_rows(path, true, store) : open_jpeg_rows(path);
                ASSERT_EQ(rows->shape().width, place.width) << path;
                ASSERT_EQ(rows->shape().height, place.height);
                ASSERT_EQ(rows->shape().samples(), g.channels);
                std::vector<std::byte> got(rows->shape().row_bytes() * static_cast<std::size_t>(place.height));
                rows->next(place.height, got);
                const std::vector<std::byte> wanted = bytes_of_part(canvas, place);
                int worst = 0;
                for (std::size_t i = 0; i < got.size(); ++i)
                    worst = std::max(worst, std::abs(std::to_integer<int>(got[i]) - std::to_integer<int>(wanted[i])));
                ASSERT_LE(worst, tolerance) << path;
            }
        }
    }
    EXPECT_FALSE(fs::exists(files / std::to_string(levels)));
    EXPECT_TRUE(canvas.grid.width == 1 && canvas.grid.height == 1);
}

TEST(DeepZoom, EveryTileOfEveryLevelIsThere) {
    fs::create_directories(temp("zoom"));
    for (const int channels : {1, 2, 3, 4}) {
        const BlockGrid grid{.width = 300, .height = 129, .block = 64, .channels = channels};
        const Canvas canvas = made_canvas(grid);
        write_zoom(temp("zoom") / "a.dzi", {.grid = grid, .png = true}, canvas, Overwrite::yes);
        expect_levels(temp("zoom") / "a_files", canvas, 10, ".png", 0);
        EXPECT_EQ(hidden_in(temp("zoom")), 0u);
        EXPECT_EQ(bytes_of(temp("zoom") / "a.dzi"),
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\" Format=\"png\" Overlap=\"1\" "
                  "TileSize=\"64\">\n"
                  "  <Size Width=\"300\" Height=\"129\"/>\n</Image>\n");
    }
}

TEST(DeepZoom, AsJpeg) {
    fs::create_directories(temp("zoom"));
    const BlockGrid grid{.width = 200, .height = 257, .block = 128, .channels = 3};
    const Canvas canvas = made_canvas(grid);
    write_zoom(temp("zoom") / "b.dzi", {.grid = grid, .quality = 100}, canvas, Overwrite::yes);
    expect_levels(temp("zoom") / "b_files", canvas, 10, ".jpg", 6);
}

TEST(DeepZoom, NothingStaysOfWhatWasNotFinished) {
    const fs::path folder = temp("zoom-left");
    fs::create_directories(folder);
    const BlockGrid grid{.width = 100, .height = 100, .block = 64, .channels = 3};
    ScratchStore store(1 << 26, temp("scratch"));
    {
        const auto writer = deep_zoom_writer(folder / "c.dzi", {.grid = grid}, store);
        writer->write_block(0, 0, std::vector<std::byte>(64 * 64 * 3));
        EXPECT_THROW(writer->finish(), OptionError) << "three blocks never came";
    }
    EXPECT_TRUE(fs::is_empty(folder));
    fs::create_directories(folder / "c_files");
    EXPECT_THROW(deep_zoom_writer(folder / "c.dzi", {.grid = grid}, store), OptionError) << "it is there already";
    EXPECT_THROW(deep_zoom_writer(folder / "absent" / "c.dzi", {.grid = grid}, store), IoError);
    EXPECT_THROW((DeepZoomFormat{.grid = {.width = 10, .height = 10, .channels = 4}}.check()), OptionError);
    EXPECT_THROW((DeepZoomFormat{.grid = {.width = 10, .height = 10, .sample = RowSample::u16}}.check()), OptionError);
}

}  // namespace
}  // namespace nightstack::io
