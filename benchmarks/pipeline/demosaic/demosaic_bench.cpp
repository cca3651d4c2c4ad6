// SPDX-License-Identifier: MIT
// A mosaic of 3840x2160, whole and in tiles with their context, at each CPU level, beside the copy of a
// float plane of that size in the same run. The answer is checked before anything is timed.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <random>
#include <string>

#include "benchmarks/support/bench_cases.h"
#include "benchmarks/support/copy_rows.h"
#include "pipeline/simd/cpu_level.h"
#include "pipeline/stages/demosaic/demosaic.h"

namespace nightstack {
namespace {

constexpr int kWidth = 3840;
constexpr int kHeight = 2160;
constexpr CfaPattern kPattern = CfaPattern::gbrg;

struct Buffers {
    Image<float> mosaic{kWidth, kHeight};
    std::array<Image<float>, 3> out, other;
    std::array<Image<float>, 3> tile;
    DemosaicScratch scratch;
    Buffers() {
        std::mt19937 rng(1);
        for (int y = 0; y < kHeight; ++y) {
            for (float& v : mosaic.view().row(y)) v = 1000 + static_cast<float>(rng() % 4096) / 64;
        }
        for (auto* planes : {&out, &other}) {
            for (Image<float>& plane : *planes) plane = Image<float>(kWidth, kHeight);
        }
    }
    static Buffers& shared() {
        static Buffers buffers;
        return buffers;
    }
};

ImageView<float> sized(Image<float>& plane, DemosaicKind kind) {
    return plane.view().cropped({0, 0, kWidth / demosaic_scale(kind), kHeight / demosaic_scale(kind)});
}

void run_whole(Buffers& b, DemosaicKind kind) {
    demosaic(sized(b.out[0], kind), sized(b.out[1], kind), sized(b.out[2], kind), b.mosaic.view(), kPattern, kind,
             b.scratch);
}

// Tiles of `side` wanted pixels, read with their context as the pipeline does.
void run_tiles(Buffers& b, DemosaicKind kind, int side) {
    for (int y = 0; y < kHeight; y += side) {
        for (int x = 0; x < kWidth; x += side) {
            const Rect wanted = intersected({x, y, side, side}, b.mosaic.view().bounds());
            const Rect read = intersected(grown(wanted, demosaic_border(kind)), b.mosaic.view().bounds());
            for (Image<float>& plane : b.tile) {
                plane.reshape(read.width / demosaic_scale(kind), read.height / demosaic_scale(kind));
            }
            demosaic(b.tile[0].view(), b.tile[1].view(), b.tile[2].view(), b.mosaic.view().cropped(read),
                     shifted(kPattern, read.x, read.y), kind, b.scratch);
        }
    }
}

void copy_planes(Buffers& b, DemosaicKind kind) {
    const std::size_t bytes = sizeof(float) * kWidth / static_cast<std::size_t>(demosaic_scale(kind));
    for (std::size_t p = 0; p < 3; ++p) {
        for (int y = 0; y < kHeight / demosaic_scale(kind); ++y) {
            std::memcpy(b.other[p].view().row_data(y), b.out[p].view().row_data(y), bytes);
        }
    }
}

// Seen pixels are kept, and the levels agree.
void check_answers(CpuLevel best) {
    Buffers& b = Buffers::shared();
    for (const DemosaicKind kind : {DemosaicKind::bilinear, DemosaicKind::linear, DemosaicKind::rcd}) {
        limit_cpu_level(best);
        run_whole(b, kind);
        bool right = true;
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                const auto seen = static_cast<std::size_t>(colour_at(kPattern, x, y));
                right = right && b.out[seen].view().row_data(y)[x] == b.mosaic.view().row_data(y)[x];
            }
        }
        copy_planes(b, kind);
        limit_cpu_level(CpuLevel::sse2);
        run_whole(b, kind);
        for (std::size_t p = 0; p < 3; ++p) {
            for (int y = 0; y < kHeight; ++y) {
                const float* fast = b.other[p].view().row_data(y);
                right = right && std::memcmp(fast, b.out[p].view().row_data(y), sizeof(float) * kWidth) == 0;
            }
        }
        if (!right) {
            std::cerr << "demosaic_bench: wrong answer for " << name(kind) << "\n";
            std::exit(1);
        }
    }
    limit_cpu_level(best);
}

void measure(benchmark::State& state, CpuLevel level, DemosaicKind kind, int tile) {
    if (!at_level(state, level)) return;
    Buffers& b = Buffers::shared();
    for (auto _ : state) {
        tile > 0 ? run_tiles(b, kind, tile) : run_whole(b, kind);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * kWidth * kHeight);
}

}  // namespace
}  // namespace nightstack

int main(int argc, char** argv) {
    using namespace nightstack;
    benchmark::Initialize(&argc, argv);
    const CpuLevel best = cpu_level();
    check_answers(best);
    register_copy_f32();
    for (const DemosaicKind kind :
         {DemosaicKind::superpixel, DemosaicKind::bilinear, DemosaicKind::linear, DemosaicKind::rcd}) {
        for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
            for (const int tile : {0, 256}) {
                const std::string text = "demosaic/" + std::string(name(kind)) + "/" + std::string(name(level)) +
                                         (tile > 0 ? "/tiles" + std::to_string(tile) : "/whole") + "/3840x2160";
                benchmark::RegisterBenchmark(text.c_str(), measure, level, kind, tile)->Unit(benchmark::kMillisecond);
            }
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
