// SPDX-License-Identifier: MIT
#include "tools/session/state_export.h"

#include <algorithm>
#include <chrono>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/live_picture_tiles.h"
#include "tools/cli/exit_code.h"
#include "tools/live/live_state.h"
#include "tools/session/job_options.h"
#include "tools/session/job_talk.h"
#include "tools/session/machine.h"
#include "tools/session/products.h"
#include "tools/session/report.h"
#include "tools/session/run_figures.h"
#include "tools/session/stack_facts.h"
#include "tools/session/state_ledger.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kReserve = std::size_t{64} << 20;  // code, threads, tiles on their way to the file

}  // namespace

std::size_t memory_for_state(const std::string& memory) {
    const std::size_t all = memory.empty() ? available_memory() / 2 : parse_bytes(memory);
    return all - std::min(all, kReserve);
}

int export_state(const std::filesystem::path& state, const StackOptions& options, const std::vector<Setting>& settings,
                 Runner& runner, Talk& talk, const std::stop_token& stop) {
    const auto begin = std::chrono::steady_clock::now();
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
    const Canvas& c = summary.canvas;
    const Rect shown{static_cast<int>(c.x0 * c.scale), static_cast<int>(c.y0 * c.scale), c.width, c.height};
    put_live_picture(
        loaded.stack, shown, summary, [&](const StackTile& tile) { writer.put(tile); }, runner, {}, stop);
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
                      report.run = run_figures(begin, runner);
                      return report_json(report);
                  });
    tell_done(talk, paths, options.png == "none" ? Written::stack : Written::stack_and_png, summary, 0);
    return kDone;
}

}  // namespace nightstack::tools
