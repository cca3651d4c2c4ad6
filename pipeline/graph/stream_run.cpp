// SPDX-License-Identifier: MIT
#include "pipeline/graph/stream_run.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

std::size_t working_bytes(const StreamFormat& format, const LiveRunOptions& options,
                          int lights_at_once = kLightsAtOnce) {
    const std::size_t lights = LivePreparer::bytes(format, options.sampling, lights_at_once);
    if (options.align == AlignBy::stars) return lights;
    const PlaneGeometry g = sampled_geometry(format, options.sampling);
    return lights + scene_aligner_bytes(g.width, g.height);
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

// On another run's grid none of the lights is the reference: the first one stands for the night.
std::optional<std::size_t> first_stacked(const std::vector<LightReport>& lights) {
    const auto it =
        std::ranges::find_if(lights, [](const LightReport& l) { return l.judgement.verdict == Verdict::stacked; });
    return it == lights.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - lights.begin()));
}

void finish(LiveRun& run, std::span<const Light> lights, const StreamOptions& options, StackSummary& summary,
            Runner& runner, const PhaseProgress& progress, const std::stop_token& stop) {
    std::vector<ReplayedLight> stacked;
    for (std::size_t i = 0; i < lights.size(); ++i) {
        if (summary.lights[i].judgement.verdict == Verdict::stacked)
            stacked.push_back({&lights[i], &summary.lights[i]});
    }
    const auto done = progress("rebuilding", "blocks", count_blocks(stacked));
    const std::size_t held = working_bytes(*common_format(lights), options.live) + run.stack()->memory_bytes();
    const FinishOptions how{run.replay_options(), options.memory_bytes - std::min(options.memory_bytes, held)};
    summary.finish = finish_live(*run.stack_to_finish(), stacked, how, runner, done, stop);
}

// Lights whose planes are not those of the grid can never lie on it.
void check_grid(const LiveRunOptions& options, const StreamFormat& format) {
    if (!options.grid) return;
    const int planes = sampled_geometry(format, options.sampling).planes;
    if (planes != options.grid->stack.planes)
        throw OptionError("the lights have " + std::to_string(planes) + (planes == 1 ? " colour" : " colours") +
                          ", the stack whose grid was asked for has " + std::to_string(options.grid->stack.planes));
}

}  // namespace

StreamMemory stream_memory(const StreamFormat& format, const LiveRunOptions& options, bool finish) {
    const PlaneGeometry g = sampled_geometry(format, options.sampling);
    LiveStackOptions stack;
    stack.planes = g.planes;
    stack.clip_depth = options.grid ? options.grid->stack.clip_depth : options.clip_depth;
    const LiveStackBytes bytes =
        live_stack_bytes(format.width, format.height, options.framing, g.scale * options.scale, stack);
    LiveReplayOptions replay;
    replay.canvas_scale = g.scale * options.scale;
    const std::size_t pass = finish ? finish_bytes(stack, format, replay) : 0;
    const std::size_t work = working_bytes(format, options) + pass;
    return {work + bytes.least, work + bytes.most, bytes.most_width, bytes.most_height, pass};
}

std::size_t stream_stack_bytes(const StreamFormat& format, const StreamOptions& options, int lights_at_once) {
    const StreamMemory need = stream_memory(format, options.live, options.finish);
    const std::size_t more = working_bytes(format, options.live, lights_at_once) - working_bytes(format, options.live);
    if (need.least + more > options.memory_bytes) {
        throw OptionError("--memory is too small: the live stack needs " + megabytes(need.least + more) + ", " +
                          megabytes(options.memory_bytes) + " are left for it");
    }
    return options.memory_bytes - working_bytes(format, options.live, lights_at_once) - need.finish;
}

StackSummary live_summary(const LiveRun& run) {
    StackSummary summary;
    summary.lights = run.reports();
    summary.white_adu = run.white_adu();
    count_verdicts(summary);
    if (summary.stacked == 0) return summary;
    summary.reference = run.reference() ? run.reference() : first_stacked(summary.lights);
    summary.model = run.model();
    summary.planes = run.planes();
    summary.aligned_by = run.aligned_by();
    summary.canvas = run.canvas().canvas;
    summary.flags = true;
    return summary;
}

StackSummary run_stream(std::span<const Light> lights, const StreamOptions& options, const StackSink& sink,
                        Runner& runner, const PhaseProgress& progress, const std::stop_token& stop) {
    LiveRunOptions live = options.live;
    if (const StreamFormat* const format = common_format(lights)) {
        check_grid(live, *format);
        live.stack_bytes = stream_stack_bytes(*format, options, kLightsAtOnce);
    }
    LiveRun run(live, runner);
    take_all(run, lights, runner, progress("stacking", "frames", static_cast<int>(lights.size())), stop);
    StackSummary summary = live_summary(run);
    if (summary.stacked == 0) return summary;
    const LiveCanvas canvas = run.canvas();
    if (options.finish) {
        // What is kept is of before, its shares of rejected samples among it.
        if (options.keep) {
            put_live_picture(
                *run.stack(), canvas.pixels, summary, [](const StackTile&) {}, runner, {}, stop);
            options.keep(run, canvas, summary);
        }
        finish(run, lights, options, summary, runner, progress, stop);
    }
    sink.begin(summary);
    const int pieces = count_live_pieces(canvas.pixels);
    put_live_picture(*run.stack(), canvas.pixels, summary, sink.tile, runner, progress("integrating", "tiles", pieces),
                     stop);
    if (options.keep && !options.finish) options.keep(run, canvas, summary);
    return summary;
}

}  // namespace nightstack
