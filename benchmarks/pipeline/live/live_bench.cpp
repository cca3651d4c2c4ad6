// SPDX-License-Identifier: MIT
// The live stack alone: three planes of 1920x1080 (a 3840x2160 mosaic as superpixels) enter, a block is closed, a
// snapshot is taken; beside a copy of the raw frame in the same run. One thread. The answer is checked first.
//     live_bench --benchmark_repetitions=10 --benchmark_min_time=0.2    and read the lines `_min`
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/support/bench_cases.h"
#include "benchmarks/support/copy_rows.h"
#include "pipeline/core/runner.h"
#include "pipeline/simd/cpu_level.h"
#include "pipeline/stages/live/live_stack.h"
#include "tests/support/reference/live/clip_twin.h"

namespace nightstack {
namespace {

constexpr int kWidth = 1920, kHeight = 1080, kPlanes = 3, kFrames = 8;

struct Frames {
    std::vector<std::array<Image<float>, kPlanes>> pixels;
    Frames() {
        std::mt19937 random(1);
        std::normal_distribution<float> normal(1000, 12);
        for (int f = 0; f < kFrames; ++f) {
            pixels.emplace_back();
            for (Image<float>& plane : pixels.back()) {
                plane = Image<float>(kWidth, kHeight);
                for (int y = 0; y < kHeight; ++y)
                    for (float& v : plane.view().row(y)) v = normal(random) + (random() % 100 == 0 ? 500.0F : 0.0F);
            }
        }
    }
    LiveFrame frame(std::size_t n) const {
        LiveFrame frame;
        frame.footprint = {0, 0, kWidth, kHeight};
        frame.sample = [&planes = pixels[n % kFrames]](const Rect& tile, std::span<const ImageView<float>> out) {
            const Rect seen = intersected(tile, {0, 0, kWidth, kHeight});
            for (std::size_t p = 0; p < out.size(); ++p) {
                for (int y = 0; y < tile.height; ++y) {
                    std::fill_n(out[p].row_data(y), tile.width, std::nanf(""));
                    if (y < seen.height)
                        std::copy_n(planes[p].view().row_data(seen.y + y) + seen.x, seen.width, out[p].row_data(y));
                }
            }
        };
        return frame;
    }
    static const Frames& all() {
        static const Frames frames;
        return frames;
    }
};

LiveStackOptions options_of(int depth) {
    LiveStackOptions options;
    options.planes = kPlanes;
    options.clip_depth = depth;
    options.white_adu = 4095;
    options.noise_adu = {12, 12, 12};
    options.sky_adu = {1000, 1000, 1000};
    return options;
}

LiveStack filled(int depth, int frames) {
    SerialRunner serial;
    LiveStack stack(options_of(depth));
    for (int f = 0; f < frames; ++f) stack.add(Frames::all().frame(static_cast<std::size_t>(f)), serial);
    return stack;
}

void check_answer(int depth) {
    SerialRunner serial;
    const LiveStack stack = filled(depth, 20);
    const LivePicture picture = stack.snapshot(serial);
    ClipRule rule;
    const double unit = stack.unit_adu();
    rule.depth = depth;
    rule.variance = 144 / unit / unit;
    rule.sky = 1000 / unit;
    rule.object_share = stack.options().object_share;
    rule.first_factor = first_round_factors(depth);
    for (int i = 0; i < 2000; ++i) {
        const int x = i * 37 % kWidth, y = i * 53 % kHeight;
        std::vector<reference::TwinSample> samples;
        for (std::size_t f = 0; f < 20; ++f)
            samples.push_back({std::nearbyint(Frames::all().pixels[f % kFrames][1].view()(x, y) / unit)});
        const auto want = static_cast<float>(unit * reference::clip_twin(samples, rule).mean());
        if (std::abs(picture.planes[1].value.view()(x, y) - want) <= 1e-6F * want) continue;
        std::cerr << "live_bench: wrong answer at " << x << "," << y << '\n';
        std::exit(1);
    }
}

void add(benchmark::State& state, int depth, CpuLevel level) {
    if (!at_level(state, level)) return;
    SerialRunner serial;
    LiveStack stack = filled(depth, kFrames);
    std::size_t n = 0;
    for (auto _ : state) {
        if (stack.open_frames() == kBlockFrames) {
            state.PauseTiming();
            stack.close_block(serial);
            state.ResumeTiming();
        }
        stack.add(Frames::all().frame(n++), serial);
    }
}

void snapshot(benchmark::State& state, int depth, CpuLevel level) {
    if (!at_level(state, level)) return;
    SerialRunner serial;
    const LiveStack stack = filled(depth, 40);
    for (auto _ : state) benchmark::DoNotOptimize(stack.snapshot(serial));
}

double least(const std::vector<double>& times) { return *std::min_element(times.begin(), times.end()); }

}  // namespace
}  // namespace nightstack

int main(int argc, char** argv) {
    using namespace nightstack;
    benchmark::Initialize(&argc, argv);
    const CpuLevel best = cpu_level();
    register_copy_u16();
    for (const int depth : {4, 8}) {
        check_answer(depth);
        for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
            const std::string text = "/k" + std::to_string(depth) + "/" + std::string(name(level));
            benchmark::RegisterBenchmark(("live_add" + text).c_str(), add, depth, level)
                ->Unit(benchmark::kMillisecond)
                ->ComputeStatistics("min", least);
            benchmark::RegisterBenchmark(("live_snapshot" + text).c_str(), snapshot, depth, level)
                ->Unit(benchmark::kMillisecond)
                ->ComputeStatistics("min", least);
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    limit_cpu_level(best);
    return 0;
}
