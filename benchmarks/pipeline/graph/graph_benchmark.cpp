// SPDX-License-Identifier: MIT
// A night from memory to the finished stack: 10 frames of 1280x720 that drift and turn, measured, registered,
// judged and integrated. The answer is checked first; rates are frames/s, both passes in.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "pipeline/graph/tbb_runner.h"
#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

constexpr int kFrames = 10;

const RenderedNight& night() {
    static const RenderedNight rendered = [] {
        sky::NightOptions o = quiet_night(kFrames, 1280, 720);
        o.mount = {12, -7, 1.5, 3, false};
        return RenderedNight(o, 300);
    }();
    return rendered;
}

OfflineOptions options_for(DemosaicKind kind) {
    OfflineOptions options;
    options.integrate.demosaic = kind;
    return options;
}

void check_answer(DemosaicKind kind, Runner& runner) {
    const Stack s = run_night(night().lights(), options_for(kind), runner);
    bool right = s.summary.stacked == kFrames && s.value.size() == 3;
    for (std::size_t i = 0; right && i < kFrames; ++i) {
        const sky::Night& truth = night().night();
        const Transform want = truth.truth(static_cast<int>(*s.summary.reference)).frame_from_scene *
                               truth.truth(static_cast<int>(i)).frame_from_scene.inverse();
        const Point a = want({1279, 719});
        const Point b = (*s.summary.lights[i].ref_from_frame)({1279, 719});
        right = std::hypot(a.x - b.x, a.y - b.y) < 0.15;
    }
    double sum = 0;
    for (int y = 0; right && y < 100; ++y) {
        for (int x = 0; x < 100; ++x) {
            sum += static_cast<double>(s.value[1].view()(s.value[1].width() / 2 + x, s.value[1].height() / 2 + y));
        }
    }
    right = right && std::abs(sum / 1e4 - 500) < 50;  // sky, and a few stars
    if (right) return;
    std::cerr << "graph_benchmark: wrong answer for " << name(kind) << "\n";
    std::exit(1);
}

void whole_run(benchmark::State& state, DemosaicKind kind) {
    TbbRunner runner(static_cast<int>(state.range(0)));
    check_answer(kind, runner);
    const std::vector<Light> lights = night().lights();
    const OfflineOptions options = options_for(kind);
    const StackSink nowhere{[](const StackSummary&) {}, [](const StackTile&) {}};
    for (auto _ : state) run_offline(lights, options, nowhere, runner, no_progress(), {});
    state.SetItemsProcessed(state.iterations() * kFrames);
}

void first_pass(benchmark::State& state) {
    TbbRunner runner(static_cast<int>(state.range(0)));
    const std::vector<Light> lights = night().lights();
    const auto measured = measure_lights(lights, runner, runner.threads(), [] {}, {});
    for (const auto& light : measured) {
        if (light.stars.size() < 50) state.SkipWithError("wrong answer: a frame with too few stars");
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(measure_lights(lights, runner, runner.threads(), [] {}, {}));
    }
    state.SetItemsProcessed(state.iterations() * kFrames);
}

BENCHMARK(first_pass)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(whole_run, superpixel, DemosaicKind::superpixel)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(whole_run, linear, DemosaicKind::linear)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(whole_run, rcd, DemosaicKind::rcd)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace nightstack

BENCHMARK_MAIN();
