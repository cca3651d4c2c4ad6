// SPDX-License-Identifier: MIT
// Three planes of 3840x2160 turned by 0.05, 1, 10 and 45 degrees, at each CPU level, beside the copy
// of the same planes and OpenCV's warp in the same run. The answers are checked before anything is timed.
#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <numbers>
#include <random>
#include <string>

#include "benchmarks/pipeline/warp/opencv_warp.h"
#include "benchmarks/support/bench_cases.h"
#include "pipeline/simd/cpu_level.h"
#include "pipeline/stages/warp/warp.h"

namespace nightstack {
namespace {

constexpr int kWidth = 3840;
constexpr int kHeight = 2160;

struct Planes {
    std::array<Image<float>, 3> source, out;
    Planes() {
        std::mt19937 rng(1);
        for (std::size_t p = 0; p < 3; ++p) {
            source[p] = Image<float>(kWidth + 48, kHeight);
            out[p] = Image<float>(kWidth, kHeight);
            for (int y = 0; y < kHeight; ++y) {
                for (float& v : source[p].view().row(y)) v = 1000 + static_cast<float>(rng() % 4096) / 64;
            }
        }
    }
    static Planes& shared() {
        static Planes planes;
        return planes;
    }
};

Transform turned(double degrees) {
    const double a = degrees * std::numbers::pi / 180;
    return Transform::shift(kWidth / 2, kHeight / 2) * Transform::similarity(1, a, 0, 0) *
           Transform::shift(-kWidth / 2, -kHeight / 2);
}

std::array<ImageView<const float>, 3> source_views(Planes& planes) {
    return {planes.source[0].view().cropped({0, 0, kWidth, kHeight}),
            planes.source[1].view().cropped({0, 0, kWidth, kHeight}),
            planes.source[2].view().cropped({0, 0, kWidth, kHeight})};
}

std::array<ImageView<float>, 3> out_views(Planes& planes) {
    return {planes.out[0].view(), planes.out[1].view(), planes.out[2].view()};
}

void warp_all(Planes& planes, const Transform& t, WarpKind kind) {
    const Rect whole{0, 0, kWidth, kHeight};
    warp(out_views(planes), whole, {source_views(planes), whole, kWidth, kHeight}, t, kind);
}

// The same picture but for OpenCV's rounding of positions: 0.16 apart on average, noise 18.
void check_opencv() {
    Planes& planes = Planes::shared();
    warp_all(planes, turned(1), WarpKind::bilinear);
    const Image<float> ours = planes.out[1].clone();
    opencv_warp(out_views(planes), source_views(planes), turned(1), WarpKind::bilinear);
    double sum = 0;
    for (int y = kHeight / 4; y < kHeight / 2; ++y) {
        for (int x = kWidth / 4; x < kWidth / 2; ++x) {
            sum += std::abs(static_cast<double>(ours.view()(x, y) - planes.out[1].view()(x, y)));
        }
    }
    const double mean = sum / (kWidth / 4) / (kHeight / 4);
    if (mean < 1) return;
    std::cerr << "warp_bench: OpenCV's bilinear warp is " << mean << " off ours on average\n";
    std::exit(1);
}

// Whole-pixel shifts are copies, and a turn by 1 degree must agree between the levels.
void check_answers(CpuLevel best) {
    Planes& planes = Planes::shared();
    for (const WarpKind kind : {WarpKind::lanczos, WarpKind::bilinear}) {
        limit_cpu_level(best);
        warp_all(planes, Transform::shift(7, -5), kind);
        bool right = planes.out[1].view()(100, 200) == planes.source[1].view()(107, 195);
        warp_all(planes, turned(1), kind);
        const Image<float> kept = planes.out[2].clone();
        limit_cpu_level(CpuLevel::avx2);
        warp_all(planes, turned(1), kind);
        for (int y = 0; y < kHeight; ++y) {
            right = right && std::memcmp(kept.view().row_data(y), planes.out[2].view().row_data(y), kWidth * 4) == 0;
        }
        if (!right) {
            std::cerr << "warp_bench: wrong answer for " << name(kind) << "\n";
            std::exit(1);
        }
    }
    limit_cpu_level(best);
}

void copy_planes(benchmark::State& state) {
    Planes& planes = Planes::shared();
    for (auto _ : state) {
        for (std::size_t p = 0; p < 3; ++p) {
            std::memcpy(planes.out[p].view().data(), planes.source[p].view().data(), std::size_t{4} * kWidth * kHeight);
        }
        benchmark::ClobberMemory();
    }
}

void warp_planes(benchmark::State& state, CpuLevel level, WarpKind kind, double degrees) {
    if (!at_level(state, level)) return;
    Planes& planes = Planes::shared();
    const Transform t = turned(degrees);
    for (auto _ : state) {
        warp_all(planes, t, kind);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * kWidth * kHeight * 3);
}

void opencv_planes(benchmark::State& state, WarpKind kind, double degrees) {
    Planes& planes = Planes::shared();
    const Transform t = turned(degrees);
    for (auto _ : state) {
        opencv_warp(out_views(planes), source_views(planes), t, kind);
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * kWidth * kHeight * 3);
}

// warp/<kind>/<level or opencv>/<turn>/<size>
std::string row_name(WarpKind kind, std::string_view who, double degrees) {
    return "warp/" + std::string(name(kind)) + "/" + std::string(who) + "/" + std::to_string(degrees).substr(0, 5) +
           "deg/3x3840x2160";
}

}  // namespace
}  // namespace nightstack

int main(int argc, char** argv) {
    using namespace nightstack;
    benchmark::Initialize(&argc, argv);
    const CpuLevel best = cpu_level();
    check_answers(best);
    if (have_opencv()) check_opencv();
    constexpr std::array turns{0.05, 1.0, 10.0, 45.0};
    add_case("copy/3x3840x2160", copy_planes);
    for (const WarpKind kind : {WarpKind::lanczos, WarpKind::cubic, WarpKind::bilinear, WarpKind::nearest}) {
        for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
            for (const double degrees : turns)
                add_case(row_name(kind, name(level), degrees), warp_planes, level, kind, degrees);
        }
        if (!have_opencv() || kind == WarpKind::cubic || kind == WarpKind::nearest) continue;
        for (const double degrees : turns) add_case(row_name(kind, "opencv", degrees), opencv_planes, kind, degrees);
    }
    benchmark::RunSpecifiedBenchmarks();
    limit_cpu_level(best);
    return 0;
}
