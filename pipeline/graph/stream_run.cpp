// SPDX-License-Identifier: MIT
#include "pipeline/graph/stream_run.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

constexpr int kLightsAtOnce = 2;  // one is added, one is prepared

std::string megabytes(std::size_t bytes) { return std::to_string((bytes + (1U << 20) - 1) >> 20) + " MB"; }

const StreamFormat* common_format(std::span<const Light> lights) {
    const auto open = std::find_if(lights.begin(), lights.end(), [](const Light& l) { return !l.settled; });
    return open == lights.end() ? nullptr : &open->format;
}

std::size_t working_bytes(const StreamFormat& format, const LiveRunOptions& options) {
    return LivePreparer::bytes(format, options.sampling, kLightsAtOnce);
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

// Squares of the canvas that each lie in one tile of the stack.
std::vector<Rect> squares(const Rect& canvas) {
    const auto first = [](int v) { return v - ((v % kLiveTileSide) + kLiveTileSide) % kLiveTileSide; };
    std::vector<Rect> out;
    for (int y = first(canvas.y); y < canvas.bottom(); y += kLiveTileSide) {
        for (int x = first(canvas.x); x < canvas.right(); x += kLiveTileSide)
            out.push_back(intersected({x, y, kLiveTileSide, kLiveTileSide}, canvas));
    }
    return out;
}

struct Counts {
    double samples = 0, low = 0, high = 0, pixels = 0, flagged = 0;
};

void count(Counts& sums, const LivePicture::Plane& plane) {
    for (int y = 0; y < plane.value.height(); ++y) {
        for (int x = 0; x < plane.value.width(); ++x) {
            sums.samples += plane.coverage.view()(x, y);
            sums.low += plane.low.view()(x, y);
            sums.high += plane.high.view()(x, y);
            sums.pixels += plane.coverage.view()(x, y) > 0 ? 1 : 0;
            sums.flagged += plane.flag.view()(x, y);
        }
    }
}

void put_square(const StackSink& sink, const LiveStack& stack, const Rect& square, const Rect& canvas,
                std::array<Counts, 3>& counts) {
    SerialRunner serial;  // squares are the unit of parallel work
    const LivePicture picture = stack.snapshot(square, serial);
    const Rect tile{square.x - canvas.x, square.y - canvas.y, square.width, square.height};
    for (std::size_t p = 0; p < picture.planes.size(); ++p) {
        const LivePicture::Plane& plane = picture.planes[p];
        count(counts[p], plane);
        sink.tile({tile, static_cast<int>(p), plane.value.view(), plane.variance.view(), plane.coverage.view(),
                   plane.low.view(), plane.high.view(), plane.flag.view()});
    }
}

void take_counts(StackSummary& summary, const std::array<Counts, 3>& counts) {
    summary.flagged_percent.emplace();
    for (std::size_t p = 0; p < static_cast<std::size_t>(summary.planes); ++p) {
        if (counts[p].samples == 0) continue;
        summary.low_percent[p] = 100 * counts[p].low / counts[p].samples;
        summary.high_percent[p] = 100 * counts[p].high / counts[p].samples;
        (*summary.flagged_percent)[p] = 100 * counts[p].flagged / counts[p].pixels;
    }
}

void put_picture(StackSummary& summary, const LiveRun& run, const Rect& canvas, const StackSink& sink, Runner& runner,
                 const PhaseProgress& progress, const std::stop_token& stop) {
    const std::vector<Rect> tiles = squares(canvas);
    const auto done = progress("integrating", "tiles", static_cast<int>(tiles.size()));
    std::array<Counts, 3> total;
    std::mutex total_mutex;
    runner.run(static_cast<int>(tiles.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            if (stop.stop_requested()) throw Interrupted();
            std::array<Counts, 3> mine;
            put_square(sink, *run.stack(), tiles[static_cast<std::size_t>(i)], canvas, mine);
            const std::lock_guard lock(total_mutex);
            for (std::size_t p = 0; p < 3; ++p) {  // whole numbers: in any order the same
                total[p].samples += mine[p].samples;
                total[p].low += mine[p].low;
                total[p].high += mine[p].high;
                total[p].pixels += mine[p].pixels;
                total[p].flagged += mine[p].flagged;
            }
            done();
        }
    });
    take_counts(summary, total);
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
    const LiveCanvas canvas = run.canvas();
    summary.canvas = canvas.canvas;
    summary.flags = true;
    sink.begin(summary);
    put_picture(summary, run, canvas.pixels, sink, runner, progress, stop);
    if (options.keep) options.keep(*run.stack(), canvas, summary);
    return summary;
}

}  // namespace nightstack
