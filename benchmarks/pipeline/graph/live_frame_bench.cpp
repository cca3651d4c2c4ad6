// SPDX-License-Identifier: MIT
// A frame of 3840x2160 from its file to the live stack: read, calibrated, measured, matched, warped, added. One thread
// (its own processor time), at a forced instruction level, in turn with copies of the raw frame, which are the unit.
// The answer is checked first.
//     live_frame_bench --benchmark_min_time=3
// Counters, from the quickest of the frames and copies: `copies` = the whole frame; of that `read`, `prepare` (read to
// demosaiced), `take` (match, warp, add), `warp`; `closing` = what closing a block adds to a frame; `large` = requests
// for a megabyte of memory and more after the first frames.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "benchmarks/support/copy_rows.h"
#include "night_files.h"
#include "pipeline/graph/live_run.h"
#include "pipeline/graph/live_sampler.h"
#include "pipeline/simd/cpu_level.h"
#include "tests/support/large_requests.h"

namespace nightstack {
namespace {

constexpr std::size_t kWarmUp = 2 * NightFiles::kFrames + 1;  // until all of the memory was touched

const NightFiles& night() {
    static const NightFiles files;
    return files;
}

const Light& light_of(std::size_t n) { return night().lights()[n % NightFiles::kFrames]; }

template <class Work>
double seconds_of(Work&& work) {
    const double begin = thread_seconds();
    work();
    return thread_seconds() - begin;
}

LiveRunOptions options_of(DemosaicKind demosaic, WarpKind warp) {
    LiveRunOptions options;
    options.sampling.demosaic = demosaic;
    options.sampling.warp = warp;
    return options;
}

// Every frame lies where it was rendered, and the stack shows the sky.
void check_answer(const LiveRun& run, Runner& runner) {
    bool right = run.stack() != nullptr && run.reports().size() == kWarmUp;
    const Point corner{3839, 2159};
    const auto truth = [](std::size_t i) {
        return night().truth().truth(static_cast<int>(i % NightFiles::kFrames)).frame_from_scene;
    };
    for (std::size_t i = 0; right && i < kWarmUp; ++i) {
        const LightReport& report = run.reports()[i];
        right = report.judgement.verdict == Verdict::stacked && report.ref_from_frame.has_value();
        if (!right) break;
        const Point a = (truth(0) * truth(i).inverse())(corner), b = (*report.ref_from_frame)(corner);
        right = std::hypot(a.x - b.x, a.y - b.y) < 0.15;
    }
    double sum = 0;
    if (right) {
        const LivePicture picture = run.stack()->snapshot(Rect{400, 300, 100, 100}, runner);
        for (int y = 0; y < 100; ++y)
            for (const float v : picture.planes[1].value.view().row(y)) sum += static_cast<double>(v);
        right = std::abs(sum / 1e4 - 500) < 50;
    }
    if (right) return;
    std::cerr << "live_frame_bench: wrong answer, level " << sum / 1e4 << '\n';
    std::exit(1);
}

struct Least {
    double value = std::numeric_limits<double>::infinity();
    void take(double v) { value = std::min(value, v); }
};

struct Times {
    Least copy, whole, read, prepare, take, closing;
};

// Seconds of the frame.
double one_frame(LiveRun& run, std::size_t n, Times& t) {
    t.copy.take(copy_u16_frame());
    const double read_before = NightFiles::reading_seconds;
    const bool closes = run.stack()->open_frames() == kBlockFrames;
    std::optional<LiveLight> light;
    const double prepare = seconds_of([&] { light.emplace(run.prepare(light_of(n))); });
    const double take = seconds_of([&] { run.take(std::move(*light)); });
    if (closes) {
        t.closing.take(take);
        return prepare + take;
    }
    t.read.take(NightFiles::reading_seconds - read_before);
    t.prepare.take(prepare);
    t.take.take(take);
    t.whole.take(prepare + take);
    return prepare + take;
}

// The tiles of one turned frame, warped and brought to a level.
double warp_seconds(const SamplingOptions& sampling) {
    SerialRunner serial;
    LivePreparer preparer(sampling);
    const LiveLight in = preparer.prepare(light_of(3), serial);
    const sky::Night& truth = night().truth();
    AcceptedLight light;
    light.light = in.light;
    light.ref_from_frame = truth.truth(0).frame_from_scene * truth.truth(3).frame_from_scene.inverse();
    light.offset = {1, 1, 1};
    const PlaneGeometry g = sampled_geometry(light.light->format, sampling);
    const LiveSampler sampler(light, *in.planes, g.scale, sampling);
    std::array<Image<float>, 3> room;
    std::array<ImageView<float>, 3> views;
    for (std::size_t p = 0; p < 3; ++p) {
        room[p] = Image<float>(kLiveTileSide, kLiveTileSide);
        views[p] = room[p].view();
    }
    const Rect tiles = tiles_of({0, 0, g.width, g.height});
    Least least;
    for (int i = 0; i < 5; ++i)
        least.take(seconds_of([&] {
            for (int row = 0; row < tiles.height; ++row)
                for (int column = 0; column < tiles.width; ++column) sampler.fill(tile_pixels(row, column), views);
        }));
    return least.value;
}

void live_frame(benchmark::State& state, DemosaicKind demosaic, WarpKind warp, CpuLevel level) {
    const CpuLevel before = cpu_level();
    if (limit_cpu_level(level) != level) {
        limit_cpu_level(before);
        return state.SkipWithError("this machine lacks the level");
    }
    SerialRunner serial;
    const LiveRunOptions options = options_of(demosaic, warp);
    LiveRun run(options, serial);
    std::size_t n = 0;
    while (n < kWarmUp) run.take(light_of(n++));
    check_answer(run, serial);
    copy_u16_frame();
    const std::size_t large = large_requests();
    Times t;
    for (auto _ : state) state.SetIterationTime(one_frame(run, n++, t));
    state.counters["large"] = static_cast<double>(large_requests() - large);
    const double copy = t.copy.value;
    state.counters["copies"] = t.whole.value / copy;
    state.counters["read"] = t.read.value / copy;
    state.counters["prepare"] = t.prepare.value / copy;
    state.counters["take"] = t.take.value / copy;
    state.counters["warp"] = warp_seconds(options.sampling) / copy;
    if (std::isfinite(t.closing.value))
        state.counters["closing"] = (t.closing.value - t.take.value) / kBlockFrames / copy;
    state.counters["copy_ms"] = 1e3 * copy;
    limit_cpu_level(before);
}

void register_rows(const char* text, DemosaicKind demosaic, WarpKind warp) {
    for (const CpuLevel level : {CpuLevel::avx2, CpuLevel::avx512})
        benchmark::RegisterBenchmark(("live_frame/" + std::string(text) + '/' + std::string(name(level))).c_str(),
                                     live_frame, demosaic, warp, level)
            ->Unit(benchmark::kMillisecond)
            ->UseManualTime();
}

}  // namespace
}  // namespace nightstack

int main(int argc, char** argv) {
    using namespace nightstack;
    benchmark::Initialize(&argc, argv);
    register_copy_u16();
    register_rows("superpixel/bilinear", DemosaicKind::superpixel, WarpKind::bilinear);
    register_rows("superpixel/lanczos", DemosaicKind::superpixel, WarpKind::lanczos);
    register_rows("linear/bilinear", DemosaicKind::linear, WarpKind::bilinear);
    register_rows("linear/lanczos", DemosaicKind::linear, WarpKind::lanczos);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
