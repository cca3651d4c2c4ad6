// SPDX-License-Identifier: MIT
// Where nine tele tiles of 1920x1080 lie, on one core: all of it, and its parts. The answer is checked before the clock
// starts. Tiles are held in memory as the small pictures and full-size bytes that placing reads.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "pipeline/graph/panorama/placing.h"
#include "pipeline/stages/scene/pyramid.h"
#include "pipeline/stages/stitch/features/match.h"

namespace {

using namespace nightstack;

constexpr int kWidth = 1920, kHeight = 1080, kSide = 3;
constexpr int kStepX = 1300, kStepY = 740;  // a third in common

// Noise of many sizes, as large as all tiles together.
Image<float> large_picture() {
    const int w = kWidth + 2 * kStepX + 8, h = kHeight + 2 * kStepY + 8;
    Image<float> out(w, h);
    std::mt19937 rng(7);
    for (int size = 4; size <= 256; size *= 2) {
        const int nx = w / size + 2, ny = h / size + 2;
        std::vector<float> values(static_cast<std::size_t>(nx) * static_cast<std::size_t>(ny));
        for (float& v : values) v = static_cast<float>(rng() % 1000) / 1000 - 0.5F;
        for (int y = 0; y < h; ++y) {
            const int j = y / size;
            const float fy = static_cast<float>(y % size) / static_cast<float>(size);
            for (int x = 0; x < w; ++x) {
                const int i = x / size;
                const float fx = static_cast<float>(x % size) / static_cast<float>(size);
                const float* at =
                    &values[static_cast<std::size_t>(j) * static_cast<std::size_t>(nx) + static_cast<std::size_t>(i)];
                const float top = at[0] + fx * (at[1] - at[0]), low = at[nx] + fx * (at[nx + 1] - at[nx]);
                out.view()(x, y) += 60 * (top + fy * (low - top));
            }
        }
    }
    return out;
}

struct BenchTile {
    Image<std::uint8_t> whole, reduced;
};

std::vector<BenchTile> cut_tiles() {
    const Image<float> all = large_picture();
    std::vector<BenchTile> out;
    std::mt19937 rng(3);
    for (int k = 0; k < kSide * kSide; ++k) {
        const int x0 = k % kSide * kStepX + static_cast<int>(rng() % 8),
                  y0 = k / kSide * kStepY + static_cast<int>(rng() % 8);
        BenchTile tile{Image<std::uint8_t>(kWidth, kHeight), Image<std::uint8_t>(kWidth / 2, kHeight / 2)};
        Image<float> plane(kWidth, kHeight), half(kWidth / 2, kHeight / 2);
        for (int y = 0; y < kHeight; ++y)
            for (int x = 0; x < kWidth; ++x)
                plane.view()(x, y) =
                    std::clamp(128 + all.cview()(x0 + x, y0 + y) + static_cast<float>(rng() % 5), 0.0F, 255.0F);
        halve(half.view(), plane.cview());
        for (int y = 0; y < kHeight; ++y)
            for (int x = 0; x < kWidth; ++x) tile.whole.view()(x, y) = static_cast<std::uint8_t>(plane.cview()(x, y));
        for (int y = 0; y < kHeight / 2; ++y)
            for (int x = 0; x < kWidth / 2; ++x)
                tile.reduced.view()(x, y) = static_cast<std::uint8_t>(half.cview()(x, y));
        out.push_back(std::move(tile));
    }
    return out;
}

const std::vector<PanoramaTile>& tiles() {
    static const std::vector<BenchTile> held = cut_tiles();
    static const std::vector<PanoramaTile> out = [] {
        std::vector<PanoramaTile> all;
        for (const BenchTile& t : held) {
            GreyTile grey{kWidth, kHeight, 1, t.reduced.view(), {}};
            grey.read = [&t](const Rect& r, ImageView<std::uint8_t> to) {
                const auto from = t.whole.view().cropped(r);
                for (int y = 0; y < r.height; ++y) std::copy(from.row(y).begin(), from.row(y).end(), to.row(y).begin());
            };
            all.push_back({"pano_" + std::to_string(all.size()), grey, 40000});
        }
        return all;
    }();
    return out;
}

void check_placed() {
    SerialRunner runner;
    PanoramaPlacing placing;
    placing.add(tiles(), runner);
    const PanoramaPlacement found = placing.solve(runner);
    for (const TileFate& f : found.tiles) {
        if (f.verdict == TileVerdict::placed && f.rms_px < 0.2) continue;
        std::cerr << "a tile is not where it was cut: nothing is timed\n";
        std::exit(1);
    }
}

void all_of_it(benchmark::State& state) {
    SerialRunner runner;
    for (auto _ : state) {
        PanoramaPlacing placing;
        placing.add(tiles(), runner);
        benchmark::DoNotOptimize(placing.solve(runner));
    }
}

void features_of_a_tile(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(look_at(tiles()[0].grey, false));
}

void features_and_links(benchmark::State& state) {
    SerialRunner runner;
    for (auto _ : state) {
        PanoramaPlacing placing;
        placing.add(tiles(), runner);
        benchmark::DoNotOptimize(placing.size());
    }
}

void matching_of_two(benchmark::State& state) {
    const TileLooks a = look_at(tiles()[0].grey, false), b = look_at(tiles()[1].grey, false);
    for (auto _ : state) benchmark::DoNotOptimize(match_features(a.features.looks, b.features.looks));
}

void sketches_of_two(benchmark::State& state) {
    const TileLooks a = look_at(tiles()[0].grey, false), b = look_at(tiles()[1].grey, false);
    for (auto _ : state) benchmark::DoNotOptimize(sketch_likeness(a.sketch, b.sketch));
}

BENCHMARK(all_of_it)->Unit(benchmark::kMillisecond);
BENCHMARK(features_and_links)->Unit(benchmark::kMillisecond);
BENCHMARK(features_of_a_tile)->Unit(benchmark::kMillisecond);
BENCHMARK(matching_of_two)->Unit(benchmark::kMicrosecond);
BENCHMARK(sketches_of_two)->Unit(benchmark::kMicrosecond);

}  // namespace

int main(int argc, char** argv) {
    check_placed();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
