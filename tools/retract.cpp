// SPDX-License-Identifier: MIT
// nightstack retract and admit: frames of a live stack are taken out again, and put back in.
#include <CLI/CLI.hpp>
#include <memory>

#include "io/files/file.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/session/state_flip.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

struct FlipOptions {
    FlipJob job;
    int threads = 0;
    bool json = false, quiet = false, verbose = false;
};

int run(const FlipOptions& o, Flip flip, const std::stop_token& stop) {
    Talk talk(loudness(o.quiet, o.verbose), o.json);
    TbbRunner runner(o.threads);
    const std::filesystem::path written = run_flip(o.job, flip, runner, talk, stop);
    const StateSummary summary = summary_of_state(written);
    const std::string shown = io::printable(written.string());
    talk.say("  " + summary_text(summary));
    talk.result(o.json ? summary_json(summary, shown) + "\n" : shown + "\n");
    return kDone;
}

Command make_flip_command(CLI::App& program, Flip flip, const char* name, const char* what, const char* footer) {
    const auto o = std::make_shared<FlipOptions>();
    CLI::App* app = program.add_subcommand(name, what);
    app->add_option("FILE.nst", o->job.state, "a live stack")->required()->type_name("");
    app->add_option("FRAME", o->job.words, "frames by file name, or by the first figures of their SHA-256")
        ->required()
        ->type_name("");
    app->add_option("--inputs", o->job.inputs,
                    "folder above the frames of the block and the darks; default: that of FRAME, else of FILE.nst")
        ->type_name("DIR");
    app->add_option("-o,--output", o->job.output, "write the changed stack here; default: FILE.nst itself")
        ->type_name("FILE.nst");
    app->add_flag("--force", o->job.force, "replace --output when it exists");
    add_machine_options(*app, o->job.memory, o->threads);
    app->add_flag("--json", o->json, "what the stack is now, as one JSON object")->group("Talk");
    add_talk_flags(*app, o->quiet, o->verbose);
    app->footer(footer);
    return {app, [o, flip](const std::stop_token& stop) { return run(*o, flip, stop); }};
}

}  // namespace

Command make_retract_command(CLI::App& program) {
    return make_flip_command(program, Flip::retract, "retract", "take frames out of a live stack (.nst) again",
                             "Example: nightstack retract night.nst 0042.fits --inputs ~/Astronomy");
}

Command make_admit_command(CLI::App& program) {
    return make_flip_command(program, Flip::admit, "admit", "put frames back that were retracted from a live stack",
                             "Example: nightstack admit night.nst 0042.fits --inputs ~/Astronomy\n"
                             "A frame that was judged and rejected never was in the stack and cannot be admitted: it "
                             "gets in\nby 'nightstack stack' with --include FRAME.");
}

}  // namespace nightstack::tools
