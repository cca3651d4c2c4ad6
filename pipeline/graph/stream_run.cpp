// SPDX-License-Identifier: MIT
#include "pipeline/graph/stream_run.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/graph/live_picture_tiles.h"

namespace nightstack {
namespace {

constexpr int kLightsAtOnce = 2;  // one is added, one is prepared

const StreamFormat* common_format(std::span<const Light> lights) {
    const auto open = std::find_if(lights.begin(), lights.end(), [](const Light& l) { return !l.settled; });
    return open == lights.end() ? nullptr : &open->format;
}

std::size_t working_bytes(const StreamFormat& format, const LiveRunOptions& options) {
    const std::size_t lights = LivePreparer::bytes(format, options.sampling, kLightsAtOnce);
    if (options.align == AlignBy::stars) return lights;
    const PlaneGeometry g = sampled_geometry(format, options.sampling);
    return lights + scene_aligner_bytes(g.width, g.height);
}

// What is left for the stack when all else has what it needs.
std::size_t stack_bytes(const StreamFormat& format, const StreamOptions& options) {
    const StreamMemory need = stream_memory(format, options.live);
    if (need.least > options.memory_bytes) {
        throw OptionError("--memory is too small: the live stack needs " + megabytes(need.least) + ", " +
                          megabytes(options.memory_bytes) + " are left for it");
    }
    return options.memory_bytes - working_bytes(format, options.live);
}

void take_all(LiveRun& run, std::span<const Light> lights, Runner& runner, const std::function<void()>& done,
              const std::stop_token& stop) {
    const auto prepared = [&](std::size_t i) { return std::make_unique<LiveLight>(run.prepare(lights[i])); };
    std::unique_ptr<LiveLight> next;
    if (!lights.empty()) next = prepared(0);
    for (std::size_t i = 0; i < lights.size(); ++i) {
        if (stop.stop_requested()) throw Interrupted();
        std::unique_ptr<LiveLight> following;
        runner.run(2, 1, [&](int begin, int end) {
            for (int work = begin; work < end; ++work) {
                if (work == 0) run.take(std::move(*next));
                if (work == 1 && i + 1 < lights.size()) following = prepared(i + 1);
            }
        });
        next = std::move(following);
        done();
    }
}

}  // namespace

StreamMemory stream_memory(const StreamFormat& format, const LiveRunOptions& options) {
    const PlaneGeometry g = sampled_geometry(format, options.sampling);
    LiveStackOptions stack;
    stack.planes = g.planes;
    stack.clip_depth = options.clip_depth;
    const LiveStackBytes bytes =
        live_stack_bytes(format.width, format.height, options.framing, g.scale * options.scale, stack);
    const std::size_t work = working_bytes(format, options);
    return {work + bytes.least, work + bytes.most, bytes.most_width, bytes.most_height};
}

StackSummary run_stream(std::span<const Light> lights, const StreamOptions& options, const StackSink& sink,
                        Runner& runner, const PhaseProgress& progress, const std::stop_token& stop) {
    LiveRunOptions live = options.live;
    if (const StreamFormat* const format = common_format(lights)) live.stack_bytes = stack_bytes(*format, options);
    LiveRun run(live, runner);
    take_all(run, lights, runner, progress("stacking", "frames", static_cast<int>(lights.size())), stop);
    StackSummary summary;
    summary.lights = run.reports();
    summary.white_adu = run.white_adu();
    count_verdicts(summary);
    if (!run.reference() || summary.stacked == 0) return summary;
    summary.reference = run.reference();
    summary.model = run.model();
    summary.planes = run.planes();
    summary.by_scene = run.aligned_by_scene();
    const LiveCanvas canvas = run.canvas();
    summary.canvas = canvas.canvas;
    summary.flags = true;
    sink.begin(summary);
    const int pieces = count_live_pieces(canvas.pixels);
    put_live_picture(*run.stack(), canvas.pixels, summary, sink.tile, runner, progress("integrating", "tiles", pieces),
                     stop);
    if (options.keep) options.keep(*run.stack(), canvas, summary);
    return summary;
}

}  // namespace nightstack
