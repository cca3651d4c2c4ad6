// SPDX-License-Identifier: MIT
#include "tools/session/state_export.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/simd/cpu_level.h"
#include "tools/cli/exit_code.h"
#include "tools/live/live_state.h"
#include "tools/session/job_options.h"
#include "tools/session/job_talk.h"
#include "tools/session/machine.h"
#include "tools/session/products.h"
#include "tools/session/report.h"
#include "tools/session/stack_facts.h"
#include "tools/session/state_ledger.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kReserve = std::size_t{64} << 20;  // code, threads, tiles on their way to the file

// The shown part in pieces that each lie in one tile of the stack.
std::vector<Rect> pieces(const Rect& shown) {
    std::vector<Rect> out;
    const auto first = [](int v) { return v - ((v % kLiveTileSide) + kLiveTileSide) % kLiveTileSide; };
    for (int y = first(shown.y); y < shown.bottom(); y += kLiveTileSide) {
        for (int x = first(shown.x); x < shown.right(); x += kLiveTileSide)
            out.push_back(intersected({x, y, kLiveTileSide, kLiveTileSide}, shown));
    }
    return out;
}

struct SampleCounts {
    double samples = 0, low = 0, high = 0, pixels = 0, flagged = 0;
};

SampleCounts counted(const LivePicture::Plane& plane) {
    SampleCounts c;
    for (int y = 0; y < plane.coverage.height(); ++y) {
        for (int x = 0; x < plane.coverage.width(); ++x) {
            c.samples += plane.coverage.view()(x, y);
            c.low += plane.low.view()(x, y);
            c.high += plane.high.view()(x, y);
            c.pixels += plane.coverage.view()(x, y) > 0 ? 1 : 0;
            c.flagged += plane.flag.view()(x, y);
        }
    }
    return c;
}

// Sums of whole numbers in doubles: in any order the same.
void put_tiles(const LiveStack& stack, StackSummary& summary, StackWriter& writer, Runner& runner,
               const std::stop_token& stop) {
    const Canvas& c = summary.canvas;
    const Rect shown{static_cast<int>(c.x0 * c.scale), static_cast<int>(c.y0 * c.scale), c.width, c.height};
    const std::vector<Rect> all = pieces(shown);
    std::array<SampleCounts, 3> counts;
    std::mutex mutex;
    runner.run(static_cast<int>(all.size()), 1, [&](int begin, int end) {
        SerialRunner serial;
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
            if (stop.stop_requested()) throw Interrupted();
            const LivePicture picture = stack.snapshot(all[i], serial);
            const Rect tile{all[i].x - shown.x, all[i].y - shown.y, all[i].width, all[i].height};
            for (std::size_t p = 0; p < picture.planes.size(); ++p) {
                const LivePicture::Plane& plane = picture.planes[p];
                writer.put({tile, static_cast<int>(p), plane.value.cview(), plane.variance.cview(),
                            plane.coverage.cview(), plane.low.cview(), plane.high.cview(), plane.flag.cview()});
                const SampleCounts mine = counted(plane);
                const std::lock_guard lock(mutex);
                counts[p].samples += mine.samples;
                counts[p].low += mine.low;
                counts[p].high += mine.high;
                counts[p].pixels += mine.pixels;
                counts[p].flagged += mine.flagged;
            }
        }
    });
    summary.flagged_percent.emplace();
    for (std::size_t p = 0; p < counts.size(); ++p) {
        (*summary.flagged_percent)[p] = 100 * counts[p].flagged / std::max(1.0, counts[p].pixels);
        const double samples = std::max(1.0, counts[p].samples);
        summary.low_percent[p] = 100 * counts[p].low / samples;
        summary.high_percent[p] = 100 * counts[p].high / samples;
    }
}

RunFigures figures_of(Clock::time_point begin, const Runner& runner) {
    RunFigures figures;
    figures.wall_s = std::chrono::duration<double>(Clock::now() - begin).count();
    figures.cpu_s = cpu_seconds();
    figures.peak_mb = static_cast<double>(peak_bytes()) / (1 << 20);
    figures.threads = runner.threads();
    figures.cpu = name(cpu_level());
    return figures;
}

}  // namespace

std::size_t memory_for_state(const std::string& memory) {
    const std::size_t all = memory.empty() ? available_memory() / 2 : parse_bytes(memory);
    return all - std::min(all, kReserve);
}

int export_state(const std::filesystem::path& state, const StackOptions& options, const std::vector<Setting>& settings,
                 Runner& runner, Talk& talk, const std::stop_token& stop) {
    const Clock::time_point begin = Clock::now();
    const ProductPaths paths{options.output};
    const auto overwrite = options.force ? io::Overwrite::yes : io::Overwrite::no;
    StackWriter writer(paths, overwrite, product_formats(options), runner, stop);
    const LiveState loaded = load_state(state, memory_for_state(options.memory), runner, stop);
    ToldRun told = told_run(loaded.ledger, loaded.stack);
    StackSummary& summary = told.summary;
    if (summary.stacked == 0 || loaded.stack.extent().empty()) {
        talk.warn(io::printable(state.string()) + ": no frame is in it");
        return kNoUsableFrame;
    }
    writer.begin(summary);
    put_tiles(loaded.stack, summary, writer, runner, stop);
    writer.end_tiles();
    const StackFacts facts = facts_of(told.lights, summary);
    const SessionMasters none;
    StackReport report;
    report.version = kProgram;
    report.settings = settings;
    report.lights = told.lights;
    report.masters = &none;
    report.summary = &summary;
    report.noise = writer.noise();
    report.scale = writer.scale();
    report.livetime_s = facts.livetime_s;
    writer.finish(stack_cards(facts, summary, loaded.ledger.calibration, loaded.ledger.history,
                              options.bits == 16 ? report.scale : std::nullopt),
                  [&] {
                      report.run = figures_of(begin, runner);
                      return report_json(report);
                  });
    tell_done(talk, paths, options.png == "none" ? Written::stack : Written::stack_and_png, summary, 0);
    return kDone;
}

}  // namespace nightstack::tools
