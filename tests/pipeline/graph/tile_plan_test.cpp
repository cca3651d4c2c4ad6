// SPDX-License-Identifier: MIT
#include "pipeline/graph/tile_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace nightstack {
namespace {

TEST(TilePlan, CoversTheCanvasExactlyOnce) {
    const int width = 701, height = 333;
    const TilePlan plan = plan_tiles(width, height, 20, 3, 2, std::size_t{64} << 20);
    std::vector<int> visits(static_cast<std::size_t>(width * height));
    for (const Rect& tile : plan.tiles) {
        EXPECT_LE(tile.width, plan.tile_px);
        EXPECT_LE(tile.height, plan.tile_px);
        for (int y = tile.y; y < tile.bottom(); ++y) {
            for (int x = tile.x; x < tile.right(); ++x) ++visits[static_cast<std::size_t>(y * width + x)];
        }
    }
    for (const int v : visits) ASSERT_EQ(v, 1);
}

TEST(TilePlan, StaysInsideTheMemoryForAnyNumberOfFrames) {
    for (const int frames : {1, 20, 60, 600, 5000}) {
        for (const std::size_t mb : {64, 300, 2000}) {
            const TilePlan plan = plan_tiles(5000, 3000, frames, 3, 8, mb << 20);
            const std::size_t used = tile_bytes(plan.tile_px, frames, 3) * static_cast<std::size_t>(plan.workers);
            if (minimum_tile_bytes(frames, 3) <= mb << 20) {
                EXPECT_LE(used, mb << 20) << frames << " frames";
            }
            EXPECT_GE(plan.workers, 1);
        }
    }
}

TEST(TilePlan, WhatIsAllowedIsNoAim) {
    constexpr std::size_t kMost = std::size_t{200} << 20;
    for (const int frames : {20, 60, 200, 600, 1500}) {
        const TilePlan plan = plan_tiles(5000, 3000, frames, 3, 2, std::size_t{12} << 30);
        EXPECT_EQ(plan.workers, 2);
        EXPECT_LE(2 * tile_bytes(plan.tile_px, frames, 3), kMost) << frames;
        EXPECT_GE(plan.tile_px, frames <= 100 ? 256 : 64) << frames;
    }
}

TEST(TilePlan, TheBorderIsPartOfWhatIsHeld) {
    const TilePlan plain = plan_tiles(1000, 600, 20, 3, 2, std::size_t{64} << 20);
    const TilePlan plan = plan_tiles(1000, 600, 20, 3, 2, std::size_t{64} << 20, 3);
    EXPECT_EQ(plan.tile_px, plain.tile_px - 6);
    EXPECT_EQ(plan.tiles.front().width, plan.tile_px);
    EXPECT_EQ(plan.tiles.back().right(), 1000);
    EXPECT_EQ(plan.tiles.back().bottom(), 600);
}

TEST(TilePlan, UsesAllThreadsWhenThereIsRoom) {
    EXPECT_EQ(plan_tiles(5000, 3000, 60, 3, 8, std::size_t{4} << 30).workers, 8);
}

}  // namespace
}  // namespace nightstack
