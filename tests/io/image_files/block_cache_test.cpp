// SPDX-License-Identifier: MIT
#include "io/image_files/block_cache.h"

#include <gtest/gtest.h>

#include "io/image_files/tiff.h"
#include "tests/io/image_files/made_tiff.h"

namespace nightstack::io {
namespace {

DecodedBlock block_of(std::size_t bytes) { return std::make_shared<std::vector<std::byte>>(bytes); }

TEST(BlockCache, KeepsWhatWasUsedLast) {
    BlockCache cache(300);
    const std::uint64_t a = cache.add_file(1000);
    const std::uint64_t b = cache.add_file(1000);
    cache.keep(a, 0, block_of(100));
    cache.keep(b, 0, block_of(100));
    cache.keep(a, 1, block_of(100));
    EXPECT_TRUE(cache.find(a, 0));  // now younger than that of b
    cache.keep(b, 1, block_of(150));
    EXPECT_EQ(cache.bytes(), 250U);
    EXPECT_TRUE(cache.find(a, 0));
    EXPECT_FALSE(cache.find(b, 0));
    EXPECT_FALSE(cache.find(a, 1));
    EXPECT_TRUE(cache.find(b, 1));
    cache.remove_file(a);
    EXPECT_EQ(cache.bytes(), 150U);
    cache.keep(b, 2, block_of(301));  // larger than all there is
    EXPECT_FALSE(cache.find(b, 2));
    EXPECT_EQ(cache.bytes(), 150U);
    cache.set_budget(100);
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(BlockCache, TellsByHowMuchItMayGrow) {
    BlockCache cache(1000);
    EXPECT_EQ(cache.growth(), 0U);  // there is no file
    const std::uint64_t a = cache.add_file(400);
    EXPECT_EQ(cache.growth(), 400U);
    cache.keep(a, 0, block_of(100));
    EXPECT_EQ(cache.growth(), 300U);
    cache.add_file(5000);
    EXPECT_EQ(cache.growth(), 900U);
}

// All of a night's compressed frames together stay within the budget, and what is read is right all the same.
TEST(BlockCache, FilesShareOneBudget) {
    const MadeTiff m{.width = 64, .height = 60, .compression = 8, .rows_per_strip = 4};
    const MadeTiff tiles{.width = 64, .height = 60, .channels = 3, .compression = 5, .tile = 16, .orientation = 4};
    make_tiff(temp("shared.tif"), m);
    make_tiff(temp("shared_tiles.tif"), tiles);
    constexpr std::size_t kStrip = 64 * 4 * 2;
    for (const std::size_t budget : {std::size_t{0}, 3 * kStrip, std::size_t{1} << 20}) {
        BlockCache cache(budget);
        {
            std::vector<std::unique_ptr<FrameFile>> files;
            for (int i = 0; i < 4; ++i) files.push_back(open_tiff(temp("shared.tif"), {{}, &cache}));
            files.push_back(open_tiff(temp("shared_tiles.tif"), {{}, &cache}));
            for (int y = 0; y + 25 <= 60; y += 5) {
                for (std::size_t i = 0; i < files.size(); ++i) {
                    const MadeTiff& made = i == 4 ? tiles : m;
                    Image<float> got(30, 25);
                    files[i]->read(got.view(), {20, y, 30, 25}, i == 4 ? 1 : 0);
                    const int row = i == 4 ? 59 - y : y;
                    EXPECT_EQ(got.view()(0, 0), static_cast<float>(made_value(made, 20, row, i == 4 ? 1 : 0)));
                    EXPECT_LE(cache.bytes(), budget);
                }
            }
            EXPECT_EQ(cache.bytes() + cache.growth() > 0, budget > 0);
        }
        EXPECT_EQ(cache.bytes(), 0U);
        EXPECT_EQ(cache.growth(), 0U);
    }
}

}  // namespace
}  // namespace nightstack::io
