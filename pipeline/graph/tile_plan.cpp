// SPDX-License-Identifier: MIT
#include "pipeline/graph/tile_plan.h"

#include <algorithm>

namespace nightstack {
namespace {

// Large tiles waste less on borders; beyond 256 px nothing is gained and the caches suffer.
constexpr int kSides[] = {256, 224, 192, 160, 128, 96, 64, 48, 32};
constexpr int kSmallest = 32;
// What is allowed is a ceiling, not an aim: with many frames tiles become smaller, down to where borders cost too much.
constexpr std::size_t kEnoughForOne = std::size_t{96} << 20;
constexpr int kSmallBySpare = 64;

}  // namespace

std::size_t tile_bytes(int side_px, int frames, int planes) {
    const auto area = static_cast<std::size_t>(side_px) * static_cast<std::size_t>(side_px);
    // A rotated tile's bounding box in the frame has at most twice its area, plus the kernels' borders;
    // raw, three planes and the demosaic's scratch are about twelve planes of that box.
    const auto side = static_cast<std::size_t>(side_px) * 3 / 2 + 48;
    // And what is combined at a time: ten rows of 16 samples, and two of 128 where rejection grows.
    constexpr std::size_t kCombined = (10 * 16 + 2 * 128) * sizeof(float);
    return static_cast<std::size_t>(frames) * kCombined +
           area * static_cast<std::size_t>(frames) * static_cast<std::size_t>(planes) * sizeof(float) +
           12 * side * side * sizeof(float) + area * 20;
}

std::size_t minimum_tile_bytes(int frames, int planes) { return tile_bytes(kSmallest, frames, planes); }

TilePlan plan_tiles(int width, int height, int frames, int planes, int threads, std::size_t bytes, int border) {
    TilePlan plan{kSmallest - 2 * border, 1, {}};
    const std::size_t enough = std::max(kEnoughForOne, tile_bytes(kSmallBySpare, frames, planes));
    bytes = std::min(bytes, enough * static_cast<std::size_t>(std::max(1, threads)));
    for (const int side : kSides) {
        const std::size_t fit = bytes / tile_bytes(side, frames, planes);
        plan.tile_px = side - 2 * border;  // what is worked on stays whole blocks of the kernels
        plan.workers =
            static_cast<int>(std::clamp<std::size_t>(fit, 1, static_cast<std::size_t>(std::max(1, threads))));
        if (fit >= static_cast<std::size_t>(threads)) break;
    }
    for (int y = 0; y < height; y += plan.tile_px) {
        for (int x = 0; x < width; x += plan.tile_px) {
            plan.tiles.push_back({x, y, std::min(plan.tile_px, width - x), std::min(plan.tile_px, height - y)});
        }
    }
    return plan;
}

}  // namespace nightstack
