// SPDX-License-Identifier: MIT
// Tiles of 256x8 pixels over N frames with 1 % outliers: each rule at each CPU level beside the plain
// scalar twin, in the same run. The answer is checked first; rates are pixels x frames / s. On a machine
// with other work take the best of many short runs:
//     integrate_bench --benchmark_filter=winsorized --benchmark_repetitions=20 --benchmark_min_time=0.02
// and read the lines `_min`; the ratio to `reject_winsorized/N/twin` is what is kept an eye on.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/support/bench_cases.h"
#include "pipeline/simd/cpu_level.h"
#include "pipeline/stages/integrate/combine.h"
#include "tests/support/reference/integrate/combine_reference.h"

namespace nightstack {
namespace {

constexpr int kWidth = 256;
constexpr int kHeight = 8;

struct Bench {
    std::vector<Image<float>> pixels;
    std::vector<FrameTile> frames;
    Image<float> value{kWidth, kHeight}, variance{kWidth, kHeight};
    Image<std::uint16_t> coverage{kWidth, kHeight}, low{kWidth, kHeight}, high{kWidth, kHeight};
    CombineScratch scratch;

    explicit Bench(int n) {
        std::mt19937 rng(1);
        std::normal_distribution<float> normal(1000, 30);
        for (int f = 0; f < n; ++f) {
            pixels.emplace_back(kWidth, kHeight);
            for (int y = 0; y < kHeight; ++y) {
                for (float& v : pixels.back().view().row(y)) v = normal(rng) + (rng() % 100 == 0 ? 800.0F : 0.0F);
            }
        }
        for (const auto& image : pixels) frames.push_back({image.view()});
    }
    TileResult out() { return {value.view(), variance.view(), coverage.view(), low.view(), high.view()}; }
    static Bench& of(int n) {
        static std::map<int, std::unique_ptr<Bench>> all;
        auto& entry = all[n];
        if (!entry) entry = std::make_unique<Bench>(n);
        return *entry;
    }
};

void check_answer(int n, const CombineOptions& options) {
    Bench& bench = Bench::of(n);
    integrate_tile_reference(bench.out(), bench.frames, options);
    const Image<float> want = bench.value.clone();
    integrate_tile(bench.out(), bench.frames, options, bench.scratch);
    for (int y = 0; y < kHeight; ++y) {
        for (int x = 0; x < kWidth; ++x) {
            if (want.view()(x, y) == bench.value.view()(x, y)) continue;
            std::cerr << "integrate_bench: wrong answer at " << x << "," << y << " of " << n << " frames\n";
            std::exit(1);
        }
    }
}

void count_samples(benchmark::State& state, int n) {
    state.SetItemsProcessed(state.iterations() * kWidth * kHeight * n);
}

double least(const std::vector<double>& times) { return *std::min_element(times.begin(), times.end()); }

void twin(benchmark::State& state, int n, CombineOptions options) {
    Bench& bench = Bench::of(n);
    for (auto _ : state) integrate_tile_reference(bench.out(), bench.frames, options);
    count_samples(state, n);
}

void product(benchmark::State& state, int n, CombineOptions options, CpuLevel level) {
    if (!at_level(state, level)) return;
    Bench& bench = Bench::of(n);
    for (auto _ : state) integrate_tile(bench.out(), bench.frames, options, bench.scratch);
    count_samples(state, n);
}

}  // namespace
}  // namespace nightstack

int main(int argc, char** argv) {
    using namespace nightstack;
    benchmark::Initialize(&argc, argv);
    const CpuLevel best = cpu_level();
    std::vector<std::pair<std::string, CombineOptions>> rules{{"mean", {CombineKind::mean, {RejectKind::none}}},
                                                              {"median", {CombineKind::median, {RejectKind::none}}}};
    for (const RejectKind kind : all_reject_kinds()) {
        if (kind == RejectKind::none) continue;
        rules.push_back({"reject_" + std::string(name(kind)), {CombineKind::mean, default_rejection(kind)}});
    }
    rules.push_back({"reject_winsorized_noise_known", {CombineKind::mean, {RejectKind::winsorized, 3, 3, 30}}});
    for (const auto& [rule, options] : rules) {
        for (const int n : {20, 60, 200}) {
            check_answer(n, options);
            const std::string text = rule + "/" + std::to_string(n) + "frames/";
            benchmark::RegisterBenchmark((text + "twin").c_str(), twin, n, options)
                ->Unit(benchmark::kMicrosecond)
                ->ComputeStatistics("min", least);
            for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
                benchmark::RegisterBenchmark((text + std::string(name(level))).c_str(), product, n, options, level)
                    ->Unit(benchmark::kMicrosecond)
                    ->ComputeStatistics("min", least);
            }
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    limit_cpu_level(best);
    return 0;
}
