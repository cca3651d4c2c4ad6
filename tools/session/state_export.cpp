// SPDX-License-Identifier: MIT
#include "tools/session/state_export.h"

#include <algorithm>
#include <chrono>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/graph/live_finish.h"
#include "tools/cli/exit_code.h"
#include "tools/live/live_state.h"
#include "tools/session/job_options.h"
#include "tools/session/job_talk.h"
#include "tools/session/machine.h"
#include "tools/session/phase_times.h"
#include "tools/session/products.h"
#include "tools/session/scratch.h"
#include "tools/session/state_frames.h"
#include "tools/session/state_ledger.h"
#include "tools/session/state_products.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kReserve = std::size_t{64} << 20;  // code, threads, tiles on their way to the file

std::vector<std::size_t> stacked_frames(const LiveLedger& ledger) {
    std::vector<std::size_t> stacked;
    for (std::size_t i = 0; i < ledger.frames.size(); ++i) {
        if (is_stacked(ledger.frames[i])) stacked.push_back(i);
    }
    return stacked;
}

// What is left of `memory` for the pass; throws OptionError when one thread finds no room in it.
FinishOptions finish_options(const StateFrames& frames, std::size_t each, std::size_t memory) {
    const std::size_t held = std::min(memory, held_bytes());
    if (memory - held < each)
        throw OptionError("--memory is too small: the finishing pass needs " + megabytes(each) + " for each thread, " +
                          megabytes(memory - held) + " are left for it");
    return {frames.how(), memory - held};
}

// What is wrong with a state or its frames is told with the state's name.
void finish(const std::filesystem::path& name, LiveState& state, ToldRun& told, const StackOptions& options,
            PhaseTimes& phases, Runner& runner, Talk& talk, const std::stop_token& stop) {
    try {
        std::error_code error;
        const std::filesystem::path beside = options.frames_in.empty() ? "." : options.frames_in;
        if (!std::filesystem::is_directory(beside, error))
            throw OptionError("--inputs " + io::printable(beside.string()) + ": no such folder");
        finish_state(state, told, {beside, {}}, memory_for_state(options.memory), phases, runner, talk, stop);
    } catch (const FormatError& e) {
        throw FormatError(io::printable(name.string()) + ": " + e.what());
    } catch (const OptionError& e) {
        throw OptionError(io::printable(name.string()) + ": " + e.what());
    }
}

}  // namespace

std::size_t memory_for_state(const std::string& memory) {
    const std::size_t all = memory.empty() ? available_memory() / 2 : parse_bytes(memory);
    return all - std::min(all, kReserve);
}

void finish_state(LiveState& state, ToldRun& told, const FileSearch& inputs, std::size_t memory, PhaseTimes& phases,
                  Runner& runner, Talk& talk, const std::stop_token& stop) {
    const std::vector<std::size_t> stacked = stacked_frames(state.ledger);
    const std::size_t each = finish_bytes(state.stack.options(), state.ledger.format, replay_options(state.ledger));
    phases.begin("opening");
    const StateFrames frames(state.ledger, stacked, {inputs, memory - std::min(memory, each), Missing::stand_in},
                             runner, talk, stop);
    std::vector<ReplayedLight> lights;
    for (const std::size_t i : stacked) lights.push_back(frames.light(i));
    phases.begin("rebuilding");
    const auto done = show_progress(talk)("rebuilding", "blocks", count_blocks(lights));
    told.summary.finish = finish_live(state.stack, lights, finish_options(frames, each, memory), runner, done, stop);
    tell_finish(talk, told.summary, phases, runner.threads());
}

int export_state(const std::filesystem::path& state, const StackOptions& options, const std::vector<Setting>& settings,
                 Runner& runner, Talk& talk, const std::stop_token& stop) {
    const auto begin = std::chrono::steady_clock::now();
    const ProductPaths paths{options.output, options.html};
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
    if (options.finish) finish(state, loaded, told, options, phases, runner, talk, stop);
    phases.begin("integrating");
    write_state_products(writer, {loaded, told, options, settings, nullptr, begin}, phases, runner, talk, stop);
    tell_done(talk, paths, options.png == "none" ? Written::stack : Written::stack_and_png, summary, 0);
    return summary.finish && !summary.finish->unread.empty() ? kSomeInputsFailed : kDone;
}

}  // namespace nightstack::tools
