// SPDX-License-Identifier: MIT
// Frames of 1920x1080 laid on a reference, at each CPU level: near their prior, without one, and turned; beside
// OpenCV's phase correlation, which finds shifts only. The answers are checked before anything is timed.
#include <benchmark/benchmark.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "benchmarks/pipeline/scene/opencv_phase.h"
#include "benchmarks/support/bench_cases.h"
#include "pipeline/simd/cpu_level.h"
#include "pipeline/stages/scene/scene_aligner.h"
#include "pipeline/stages/scene/sharpness.h"
#include "tests/pipeline/stages/scene/scenes.h"

namespace nightstack {
namespace {

constexpr int kWidth = 1920, kHeight = 1080;
constexpr double kGain = 10000, kNoise = 200;
const char* const kSize = "1920x1080";

// One scene, its reference and a frame of it.
struct Case {
    std::string name;
    Image<float> reference, frame;
    Transform truth;
    Rect where;
    std::unique_ptr<SceneAligner> aligner;

    Case(std::string called, const Scene& scene, const Transform& ref_from_frame, const Rect& lies)
        : name(std::move(called)),
          reference(drawn(scene, kWidth, kHeight, {{}, kGain, 500, kNoise, 1})),
          frame(drawn(scene, kWidth, kHeight, {ref_from_frame, 0.7 * kGain, 900, 0.7 * kNoise, 2})),
          truth(ref_from_frame),
          where(lies),
          aligner(std::make_unique<SceneAligner>(reference.cview())) {}
};

const std::array<Case, 4>& cases() {
    static const Rect all{0, 0, kWidth, kHeight};
    static const std::array<Case, 4> made{
        Case("landscape", landscape(1, kWidth, kHeight), Transform::shift(17.3, -9.6), all),
        Case("turned", landscape(1, kWidth, kHeight), turned_and_shifted(kWidth, kHeight, 5, 12.4, -30.8), all),
        Case("moon", moon(1, {900, 500}, 300), Transform::shift(17.3, -9.6), {600, 200, 600, 600}),
        Case("planet", planet({800, 600}, 40), Transform::shift(17.3, -9.6), {780, 580, 40, 40})};
    return made;
}

[[noreturn]] void wrong(const std::string& text) {
    std::cerr << "scene_bench: " << text << "\n";
    std::exit(1);
}

void check_answers() {
    for (const Case& c : cases()) {
        for (const Transform& prior : {Transform(), c.truth}) {
            const auto match = c.aligner->match(c.frame.cview(), prior);
            if (!match) wrong(c.name + " was not found");
            const double off = rms_distance(match->ref_from_frame * c.truth.inverse(), Transform(), c.where);
            if (off > 0.2) wrong(c.name + " is " + std::to_string(off) + " px off");
        }
    }
    if (!have_phase_correlation()) return;
    const Case& c = cases()[0];
    const Point found = OpencvPhase(c.reference.cview()).shift_of(c.frame.cview());
    if (std::hypot(found.x + 17.3, found.y - 9.6) > 0.5) {
        wrong("OpenCV finds a shift of " + std::to_string(found.x) + ", " + std::to_string(found.y));
    }
}

void match(benchmark::State& state, CpuLevel level, const Case* c, Transform prior) {
    if (!at_level(state, level)) return;
    bool found = true;
    for (auto _ : state) found = c->aligner->match(c->frame.cview(), prior).has_value() && found;
    if (!found) wrong(c->name + " was not found while it was timed");  // a peer has spoilt the frame, say
}

void sharp(benchmark::State& state, CpuLevel level, const Case* c) {
    if (!at_level(state, level)) return;
    for (auto _ : state) benchmark::DoNotOptimize(sharpness(c->frame.cview()));
}

void prepare(benchmark::State& state, const Case* c) {
    for (auto _ : state) benchmark::DoNotOptimize(SceneAligner(c->reference.cview()));
}

void opencv(benchmark::State& state, const Case* c) {
    const OpencvPhase phase(c->reference.cview());
    for (auto _ : state) benchmark::DoNotOptimize(phase.shift_of(c->frame.cview()));
}

}  // namespace
}  // namespace nightstack

int main(int argc, char** argv) {
    using namespace nightstack;
    benchmark::Initialize(&argc, argv);
    const CpuLevel best = cpu_level();
    check_answers();
    const std::string size = kSize;
    for (const Case& c : cases()) {
        for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
            const std::string row = "/" + std::string(name(level)) + "/" + c.name + "/" + size;
            add_case("scene/near" + row, match, level, &c, c.truth);
            add_case("scene/blind" + row, match, level, &c, Transform());
        }
    }
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512})
        add_case("scene/sharpness/" + std::string(name(level)) + "/" + size, sharp, level, cases().data());
    add_case("scene/prepare/" + size, prepare, cases().data());
    if (have_phase_correlation()) add_case("scene/phase/opencv/landscape/" + size, opencv, cases().data());
    benchmark::RunSpecifiedBenchmarks();
    limit_cpu_level(best);
    return 0;
}
