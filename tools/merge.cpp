// SPDX-License-Identifier: MIT
// nightstack merge: live stacks on one reference's grid become one.
#include <CLI/CLI.hpp>
#include <memory>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/live/merge_states.h"
#include "tools/session/state_export.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

struct MergeOptions {
    std::vector<std::filesystem::path> inputs;
    std::filesystem::path output;
    std::string memory;
    int threads = 0;
    bool force = false, json = false, quiet = false, verbose = false;
};

int run(const MergeOptions& o, const std::stop_token& stop) {
    if (o.inputs.size() < 2) throw OptionError("merge: two or more .nst files are needed");
    const auto overwrite = o.force ? io::Overwrite::yes : io::Overwrite::no;
    refuse_to_replace(o.output, o.force);
    Talk talk(loudness(o.quiet, o.verbose), o.json);
    TbbRunner runner(o.threads);
    std::size_t memory = memory_for_state(o.memory);
    LiveState whole = load_state(o.inputs.front(), memory, runner, stop);
    for (std::size_t i = 1; i < o.inputs.size(); ++i) {
        const std::size_t left = memory - std::min(memory, whole.stack.memory_bytes());
        merge_into(whole, load_state(o.inputs[i], left, runner, stop), o.inputs.front().string(), o.inputs[i].string(),
                   runner, memory);
    }
    save_state(o.output, whole.stack, whole.ledger, overwrite, runner, stop);
    const StateSummary summary = summary_of_state(o.output);
    const std::string shown = io::printable(o.output.string());
    talk.say("  " + summary_text(summary));
    if (o.json) {
        talk.result(summary_json(summary, shown) + "\n");
    } else {
        talk.result(shown + "\n");
    }
    return kDone;
}

}  // namespace

Command make_merge_command(CLI::App& program) {
    const auto o = std::make_shared<MergeOptions>();
    CLI::App* app = program.add_subcommand("merge", "join live stacks (.nst) that lie on one reference's grid");
    app->add_option("FILE.nst", o->inputs, "live stacks of nights, machines or scopes")->required()->type_name("");
    app->add_option("-o,--output", o->output, "the joined live stack")->required()->type_name("FILE.nst");
    app->add_flag("--force", o->force, "replace it when it exists");
    add_machine_options(*app, o->memory, o->threads);
    app->add_flag("--json", o->json, "what it is as one JSON object")->group("Talk");
    add_talk_flags(*app, o->quiet, o->verbose);
    app->footer("Example: nightstack merge part1.nst part2.nst -o whole.nst");
    return {app, [o](const std::stop_token& stop) { return run(*o, stop); }};
}

}  // namespace nightstack::tools
