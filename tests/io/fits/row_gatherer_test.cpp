// SPDX-License-Identifier: MIT
// Whatever the order, the threads and the room: the file is the one that plain writing makes.
#include "io/fits/row_gatherer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "io/fits/reader.h"
#include "pipeline/core/runner.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

constexpr int kWidth = 203;
constexpr int kHeight = 131;
constexpr int kTile = 32;

struct Picture {
    Image<float> values{kWidth, kHeight};
    Image<std::uint16_t> counts{kWidth, kHeight};
};

// Counts fit into a byte in some tiles and do not in others.
Picture picture() {
    Picture p;
    std::mt19937 random(3);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            p.values.view()(x, y) = static_cast<float>(random() % 100000) / 7;
            p.counts.view()(x, y) = static_cast<std::uint16_t>(random() % (x < 100 ? 256 : 65536));
        }
    }
    return p;
}

std::vector<Rect> shuffled_tiles() {
    std::vector<Rect> tiles;
    for (int y = 0; y < kHeight; y += kTile) {
        for (int x = 0; x < kWidth; x += kTile)
            tiles.push_back({x, y, std::min(kTile, kWidth - x), std::min(kTile, kHeight - y)});
    }
    std::shuffle(tiles.begin(), tiles.end(), std::mt19937(5));
    return tiles;
}

std::vector<FitsImageSpec> layout() {
    return {{"", kWidth, kHeight, 3, FitsSample::f32, 1}, {"COV", kWidth, kHeight, 2, FitsSample::u16, 1}};
}

void expect_whole(const FitsWriter& file, const Picture& p) {
    Image<float> back(kWidth, kHeight);
    for (int plane = 0; plane < 3; ++plane) {
        file.read(back.view(), 0, plane, back.view().bounds());
        for (int y = 0; y < kHeight; ++y) ASSERT_TRUE(std::ranges::equal(back.view().row(y), p.values.view().row(y)));
    }
    for (int plane = 0; plane < 2; ++plane) {
        file.read(back.view(), 1, plane, back.view().bounds());
        for (int y = 0; y < kHeight; ++y) ASSERT_TRUE(std::ranges::equal(back.view().row(y), p.counts.view().row(y)));
    }
}

TEST(RowGatherer, MakesTheFileThatPlainWritingMakes) {
    const Picture p = picture();
    const std::vector<Rect> tiles = shuffled_tiles();
    const test::TempFolder folder;
    for (const std::size_t budget : {std::size_t{0}, std::size_t{40'000}, std::size_t{1} << 20}) {
        for (const int threads : {1, 4}) {
            FitsWriter file(folder / "gathered.fits", layout());
            FitsRowGatherer gatherer(file, budget);
            ThreadRunner runner(threads);
            runner.run(static_cast<int>(tiles.size()), 1, [&](int i, int) {
                const Rect& tile = tiles[static_cast<std::size_t>(i)];
                for (int plane = 0; plane < 3; ++plane) gatherer.write(0, plane, tile, p.values.cview().cropped(tile));
                for (int plane = 0; plane < 2; ++plane) gatherer.write(1, plane, tile, p.counts.cview().cropped(tile));
                EXPECT_LE(gatherer.held_bytes(), budget);
            });
            EXPECT_EQ(gatherer.held_bytes(), 0U);  // all rows are whole
            expect_whole(file, p);
        }
    }
}

TEST(RowGatherer, FlushWritesWhatStillWaits) {
    const Picture p = picture();
    const test::TempFolder folder;
    FitsWriter file(folder / "part.fits", layout());
    FitsRowGatherer gatherer(file, std::size_t{1} << 20);
    for (const int x : {0, 32, 96}) {  // with a gap
        const Rect tile{x, 0, kTile, kTile};
        gatherer.write(0, 1, tile, p.values.cview().cropped(tile));
    }
    EXPECT_EQ(gatherer.held_bytes(), 3U * kTile * kTile * sizeof(float));
    gatherer.flush();
    EXPECT_EQ(gatherer.held_bytes(), 0U);
    Image<float> back(kWidth, kTile);
    file.read(back.view(), 0, 1, {0, 0, kWidth, kTile});
    for (int y = 0; y < kTile; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            const bool written = x < 64 || (x >= 96 && x < 128);
            ASSERT_EQ(back.view()(x, y), written ? p.values.view()(x, y) : 0) << x << ' ' << y;
        }
    }
}

}  // namespace
}  // namespace nightstack::io
