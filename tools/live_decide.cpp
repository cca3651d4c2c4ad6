// SPDX-License-Identifier: MIT
#include "tools/live_decide.h"

#include <CLI/CLI.hpp>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/live_again.h"
#include "tools/night/core/night_folder.h"
#include "tools/night/job/night_decisions.h"

namespace nightstack::tools {
namespace {

CLI::App* add_verb(CLI::App& live, LiveDecision& d, const char* name, const char* what) {
    CLI::App* const verb = live.add_subcommand(name, what);
    verb->add_option("DIR", d.folder, "the night's folder")->required()->type_name("");
    verb->add_option("FRAME", d.words, "frames by file name, or by the first figures of their SHA-256")
        ->required()
        ->type_name("");
    verb->add_option("--inputs", d.inputs, "folder above the frames and darks, when they are not where they were")
        ->type_name("DIR");
    verb->fallthrough();  // --json, --quiet, --memory and the like are those of live
    verb->footer("--json, --quiet, --verbose, --memory and --threads as of live.");
    return verb;
}

}  // namespace

void add_live_decisions(CLI::App& live, LiveDecision& d) {
    d.retract = add_verb(live, d, "retract", "take frames out of the picture of a night");
    d.retract->footer(
        "Example: nightstack live retract ~/nightstack/2026-11-27-M_42 0042.fits\n"
        "--json, --quiet, --verbose, --memory and --threads as of live.");
    d.admit = add_verb(live, d, "admit", "put frames back that were retracted");
}

const CLI::App* decision_called(const LiveDecision& d) {
    return d.retract->parsed() ? d.retract : d.admit->parsed() ? d.admit : nullptr;
}

int run_decision(const CLI::App& live, const LiveOptions& said, const LiveDecision& d, Talk& talk,
                 const std::stop_token& stop) {
    std::error_code error;
    if (!d.inputs.empty() && !std::filesystem::is_directory(d.inputs, error))
        throw OptionError("--inputs " + printable(d.inputs.string()) + ": no such folder");
    const bool retracts = decision_called(d) == d.retract;
    Night night = reopen_night(d.folder, OfFinished::anything, retracts ? "live retract" : "live admit");
    LiveOptions o;
    CLI::App app;
    add_live_options(app, o);
    take_night_words(app, o, night.begun, live, said);
    DecisionJob job{job_of(app, o), d.words, d.inputs, retracts ? Flip::retract : Flip::admit};
    TbbRunner runner(job.options.stack.threads);
    return decide_frames(job, std::move(night), runner, talk, stop);
}

}  // namespace nightstack::tools
