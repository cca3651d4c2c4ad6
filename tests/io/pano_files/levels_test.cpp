// SPDX-License-Identifier: MIT
// Levels of a pyramid from blocks in any order, against means taken of the whole.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "io/pano_files/level_builder.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"
#include "tests/io/pano_files/made_canvas.h"

namespace nightstack::io {
namespace {

using namespace nightstack::io::test;

// What a builder gave, by level, column, row.
struct Gathered {
    std::mutex mutex;
    std::map<std::array<int, 3>, std::vector<std::byte>> blocks;
    LevelBuilder::Take take() {
        return [this](const LevelBlock& b) {
            const std::lock_guard lock(mutex);
            EXPECT_TRUE(blocks
                            .emplace(std::array{b.level, b.column, b.row},
                                     std::vector<std::byte>(b.samples.begin(), b.samples.end()))
                            .second);
        };
    }
};

void expect_same(const Canvas& wanted, const Rect& place, const std::vector<std::byte>& got) {
    const std::vector<std::byte> bytes = bytes_of_part(wanted, place);
    ASSERT_EQ(bytes.size(), got.size());
    if (wanted.grid.sample != RowSample::f32) {
        EXPECT_TRUE(bytes == got);
        return;
    }
    for (std::size_t i = 0; i < bytes.size(); i += 4) {
        float a, b;
        std::memcpy(&a, &bytes[i], 4);
        std::memcpy(&b, &got[i], 4);
        ASSERT_NEAR(a, b, 1e-5);
    }
}

std::vector<std::pair<int, int>> shuffled_places(const BlockGrid& grid, unsigned seed) {
    std::vector<std::pair<int, int>> places;
    for (int row = 0; row < grid.down(); ++row) {
        for (int column = 0; column < grid.across(); ++column) places.emplace_back(column, row);
    }
    if (seed != 0) std::shuffle(places.begin(), places.end(), std::mt19937(seed));
    return places;
}

TEST(Levels, AreMeansOfTheWholeInAnyOrder) {
    for (const RowSample sample : {RowSample::u8, RowSample::u16, RowSample::f32}) {
        for (const int channels : {1, 2, 3, 4}) {
            const BlockGrid grid{.width = 211, .height = 133, .block = 32, .channels = channels, .sample = sample};
            const Canvas canvas = made_canvas(grid);
            ScratchStore store(1 << 26, temp("scratch"));
            Gathered got;
            LevelBuilder builder(grid, 1, store, got.take());
            ASSERT_EQ(builder.levels(), 9);
            const auto places = shuffled_places(grid, channels == 3 ? 0U : 5U);
            std::atomic<std::size_t> next{0};
            {
                std::vector<std::jthread> threads;
                for (int t = 0; t < 3; ++t) {
                    threads.emplace_back([&] {
                        for (std::size_t i = next++; i < places.size(); i = next++) {
                            const auto [column, row] = places[i];
                            builder.add(column, row, bytes_of_part(canvas, grid.place(column, row)));
                        }
                    });
                }
            }
            Canvas level = canvas;
            std::size_t blocks = 0;
            for (int i = 0; i < builder.levels(); ++i) {
                const BlockGrid& g = builder.grid(i);
                ASSERT_EQ(g.width, level.grid.width);
                for (int row = 0; row < g.down(); ++row) {
                    for (int column = 0; column < g.across(); ++column, ++blocks)
                        expect_same(level, g.place(column, row), got.blocks[{i, column, row}]);
                }
                level = half_of(level);
            }
            EXPECT_EQ(got.blocks.size(), blocks);
            EXPECT_EQ(store.memory_used() + store.disk_used(), 0u);
        }
    }
}

// Row by row little may wait: of each level one row of blocks.
TEST(Levels, RowByRowLittleWaits) {
    const BlockGrid grid{.width = 2048, .height = 2048, .block = 64, .channels = 1};
    ScratchStore store(1 << 26, temp("scratch"));
    LevelBuilder builder(grid, 64, store, [](const LevelBlock&) {});
    const std::vector<std::byte> block(64 * 64);
    std::uint64_t most = 0;
    for (const auto& [column, row] : shuffled_places(grid, 0)) {
        builder.add(column, row, block);
        most = std::max(most, store.memory_used());
    }
    EXPECT_LE(most, 32u * 64 * 64) << "a row of the next level, and half of it for all others";
}

TEST(Levels, NanOfFloatsIsLeftOut) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> in{1, nan, nan, nan, 3, nan, nan, nan};
    std::vector<float> out(2);
    const BlockGrid kind{.width = 4, .height = 2, .channels = 1, .sample = RowSample::f32};
    halved(kind, reinterpret_cast<const std::byte*>(in.data()), 4, 2, reinterpret_cast<std::byte*>(out.data()));
    EXPECT_EQ(out[0], 2);
    EXPECT_TRUE(std::isnan(out[1]));
}

TEST(Levels, BlocksThatDoNotFitAreRefused) {
    ScratchStore store(1 << 20, temp("scratch"));
    LevelBuilder builder({.width = 100, .height = 50, .block = 32, .channels = 1}, 32, store, [](const LevelBlock&) {});
    const std::vector<std::byte> block(32 * 32);
    EXPECT_THROW(builder.add(4, 0, block), OptionError);
    EXPECT_THROW(builder.add(-1, 0, block), OptionError);
    EXPECT_THROW(builder.add(3, 1, block), OptionError) << "4 x 18 pixels are left there";
    builder.add(0, 0, block);
}

}  // namespace
}  // namespace nightstack::io
