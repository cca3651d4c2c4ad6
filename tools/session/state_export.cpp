// SPDX-License-Identifier: MIT
#include "tools/session/state_export.h"

#include <algorithm>
#include <chrono>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/live_picture_tiles.h"
#include "tools/cli/exit_code.h"
#include "tools/live/live_state.h"
#include "tools/session/carried_wcs.h"
#include "tools/session/job_options.h"
#include "tools/session/job_talk.h"
#include "tools/session/machine.h"
#include "tools/session/phase_times.h"
#include "tools/session/products.h"
#include "tools/session/report.h"
#include "tools/session/run_figures.h"
#include "tools/session/stack_facts.h"
#include "tools/session/state_frames.h"
#include "tools/session/state_ledger.h"
#include "tools/session/summary_text.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kReserve = std::size_t{64} << 20;  // code, threads, tiles on their way to the file

// Every stacked frame is read once more.
void finish(LiveState& state, ToldRun& told, const StackOptions& options, std::size_t memory, PhaseTimes& phases,
            Runner& runner, Talk& talk, const std::stop_token& stop) {
    std::vector<std::size_t> stacked;
    for (std::size_t i = 0; i < state.ledger.frames.size(); ++i) {
        if (state.ledger.frames[i].judgement.verdict == Verdict::stacked) stacked.push_back(i);
    }
    std::error_code error;
    const std::filesystem::path beside = options.frames_in.empty() ? "." : options.frames_in;
    if (!std::filesystem::is_directory(beside, error))
        throw OptionError("--inputs " + io::printable(beside.string()) + ": no such folder");
    const std::size_t left = memory - std::min(memory, state.stack.memory_bytes());
    phases.begin("opening");
    const StateFrames frames(state.ledger, stacked, {beside, left}, runner, talk, stop);
    std::vector<ReplayedLight> lights;
    for (const std::size_t i : stacked) lights.push_back(frames.light(i));
    phases.begin("rebuilding");
    const auto done = show_progress(talk)("rebuilding", "blocks", count_blocks(lights));
    told.summary.finish = finish_live(state.stack, lights, frames.how(), runner, done, stop);
    tell_finish(talk, told.summary, phases);
}

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
    LiveState loaded = load_state(state, memory_for_state(options.memory), runner, stop);
    ToldRun told = told_run(loaded.ledger, loaded.stack);
    StackSummary& summary = told.summary;
    if (summary.stacked == 0 || loaded.stack.extent().empty()) {
        talk.warn(io::printable(state.string()) + ": no frame is in it");
        return kNoUsableFrame;
    }
    PhaseTimes phases;
    if (options.finish) finish(loaded, told, options, memory_for_state(options.memory), phases, runner, talk, stop);
    phases.begin("integrating");
    writer.begin(summary);
    const Canvas& c = summary.canvas;
    const Rect shown{static_cast<int>(c.x0 * c.scale), static_cast<int>(c.y0 * c.scale), c.width, c.height};
    put_live_picture(
        loaded.stack, shown, summary, [&](const StackTile& tile) { writer.put(tile); }, runner, {}, stop);
    writer.end_tiles();
    const StackFacts facts = facts_of(told.lights, summary);
    const LiveLedger& ledger = loaded.ledger;
    const CarriedWcs carried = carried_wcs(ledger.sky, ledger.format.height, ledger.reference.file, summary.canvas);
    if (!carried.text.empty()) talk.say("  " + carried.text);
    const SessionMasters none;
    StackReport report;
    report.more.emplace_back("wcs", carried.found ? "\"reference\"" : "null");
    if (!told.has_reference) report.reference = io::printable(ledger.reference.file);
    report.version = kProgram;
    report.settings = settings;
    report.lights = told.lights;
    report.masters = &none;
    report.summary = &summary;
    report.noise = writer.noise();
    report.scale = writer.scale();
    report.livetime_s = facts.livetime_s;
    io::FitsCards cards = stack_cards(facts, summary, ledger.calibration, retold_history(ledger.history, summary),
                                      options.bits == 16 ? report.scale : std::nullopt);
    writer.finish(cards.add(carried.cards), [&] {
        report.run = run_figures(begin, runner);
        report.run.phases = phases.times();
        return report_json(report);
    });
    tell_done(talk, paths, options.png == "none" ? Written::stack : Written::stack_and_png, summary, 0);
    return kDone;
}

}  // namespace nightstack::tools
