// SPDX-License-Identifier: MIT
// Calibration of a 3840x2160 frame step by step, and an eighth of a master of 20 frames, beside the copy
// of a float plane of the frame's size in the same run. Answers are checked before anything is timed.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "benchmarks/support/copy_rows.h"
#include "pipeline/simd/cpu_level.h"
#include "pipeline/stages/calibrate/calibrate.h"
#include "pipeline/stages/calibrate/cosmetic.h"

namespace nightstack {
namespace {

constexpr int kWidth = 3840;
constexpr int kHeight = 2160;
constexpr int kFrames = 20;
constexpr int kMasterRows = 270;  // an eighth of the sensor
constexpr Rect kSensor{0, 0, kWidth, kHeight};

Image<float> noisy(float level, float sigma, unsigned seed) {
    std::mt19937 rng(seed);
    std::normal_distribution<float> noise(level, sigma);
    Image<float> image(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y) {
        for (float& v : image.view().row(y)) v = noise(rng);
    }
    return image;
}

struct Buffers {
    Image<float> light = noisy(2000, 60, 1);
    Image<float> dark = noisy(900, 20, 2);
    Image<float> flat = noisy(1, 0.02F, 3);
    Image<float> work = light.clone();
    DefectMap defects;
    ImpulseScratch scratch;
    ImpulseOptions impulse;
    Buffers() {
        std::mt19937 rng(4);
        std::vector<DefectPixel> pixels;
        for (int i = 0; i < 5000; ++i) {
            pixels.push_back({static_cast<int>(rng() % kWidth), static_cast<int>(rng() % kHeight)});
        }
        for (const DefectPixel& p : pixels) dark.view()(p.x, p.y) += 2000;
        defects = DefectMap(kWidth, kHeight, pixels);
        impulse.sigma = mosaic_noise(light.view());
    }
    static Buffers& shared() {
        static Buffers buffers;
        return buffers;
    }
    Masters masters(bool with_flat) const {
        return {dark.view(), {}, with_flat ? flat.view() : ImageView<const float>()};
    }
};

void build(CpuLevel level, int rows, Image<float>& master, MasterReport& report) {
    limit_cpu_level(level);
    const Buffers& b = Buffers::shared();
    // Frames are windows of one picture, each begun elsewhere: independent noise, little memory.
    const ReadRows read = [&](int frame, const Rect& wanted, ImageView<float> out) {
        for (int y = 0; y < wanted.height; ++y) {
            const float* source = b.light.view().row_data((wanted.y + y + 97 * frame) % kHeight);
            std::memcpy(out.row_data(y), source, sizeof(float) * kWidth);
        }
    };
    SerialRunner serial;
    report = build_master(master.view().cropped({0, 0, kWidth, rows}), kFrames, read, {}, {}, serial);
}

void fail(const std::string& what) {
    std::cerr << "calibrate_bench: wrong answer: " << what << "\n";
    std::exit(1);
}

void check_answers(CpuLevel best) {
    Buffers& b = Buffers::shared();
    calibrate(b.work.view(), kSensor, b.masters(true));
    const float expected = (b.light.view()(77, 99) - b.dark.view()(77, 99)) / b.flat.view()(77, 99);
    if (b.work.view()(77, 99) != expected) fail("calibrate");
    SerialRunner serial;
    const Defects found = find_defects(b.dark.view(), {}, serial);
    if (std::abs(static_cast<double>(found.map.size()) - static_cast<double>(b.defects.size())) > 50) fail("defects");
    MasterReport report;
    Image<float> one(kWidth, 64), other(kWidth, 64);
    build(CpuLevel::sse2, 64, one, report);
    build(best, 64, other, report);
    if (std::memcmp(one.view().data(), other.view().data(), sizeof(float) * kWidth * 64) != 0) fail("master");
    if (std::abs(report.noise - 60 / std::sqrt(double{kFrames})) > 0.5) fail("noise of the master");
}

void measure(benchmark::State& state, const std::function<void()>& work) {
    for (auto _ : state) {
        work();
        benchmark::ClobberMemory();
    }
}

void add(const std::string& text, const std::function<void()>& work, int rows = kHeight) {
    const std::string row = text + "/" + std::to_string(kWidth) + "x" + std::to_string(rows);
    benchmark::RegisterBenchmark(row.c_str(), measure, work)->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace nightstack

int main(int argc, char** argv) {
    using namespace nightstack;
    benchmark::Initialize(&argc, argv);
    const CpuLevel best = cpu_level();
    Buffers& b = Buffers::shared();
    check_answers(best);
    register_copy_f32();
    add("calibrate/dark", [&b] { calibrate(b.work.view(), kSensor, b.masters(false)); });
    add("calibrate/dark+flat", [&b] { calibrate(b.work.view(), kSensor, b.masters(true)); });
    add("cosmetic/repair5000", [&b] { repair(b.work.view(), kSensor, b.defects, CfaPattern::gbrg); });
    add("cosmetic/missing", [&b] { repair_missing(b.work.view(), kSensor, kSensor, CfaPattern::gbrg); });
    add("cosmetic/impulse", [&b] { impulse_filter(b.light.view(), kSensor, kSensor, b.impulse, b.scratch); });
    add("cosmetic/noise", [&b] { mosaic_noise(b.light.view()); });
    add("cosmetic/find_defects", [&b] {
        SerialRunner serial;
        find_defects(b.dark.view(), {}, serial);
    });
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
        if (level > best) continue;
        add(
            "master/winsorized20/" + std::string(name(level)),
            [level] {
                static Image<float> master(kWidth, kMasterRows);
                MasterReport report;
                build(level, kMasterRows, master, report);
            },
            kMasterRows);
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
