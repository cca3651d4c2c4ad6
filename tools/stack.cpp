// SPDX-License-Identifier: MIT
// nightstack stack: the frames of a night become one picture.
#include <CLI/CLI.hpp>
#include <memory>

#include "pipeline/core/error.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/session/stack_job.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

int run(const CLI::App& app, const StackOptions& options, const std::stop_token& stop) {
    if (!options.output.empty() && options.output.extension() != ".fits") {
        throw OptionError("--output " + options.output.string() + ": a name ending in .fits expected");
    }
    Talk talk(loudness(options.quiet, options.verbose), options.json);
    TbbRunner runner(options.threads);
    return run_stack(options, settings_in_force(app), runner, talk, stop);
}

}  // namespace

Command make_stack_command(CLI::App& program) {
    const auto options = std::make_shared<StackOptions>();
    CLI::App* app = program.add_subcommand("stack", "stack the frames of a night into one picture");
    app->footer(
        "Example: nightstack stack ~/DWARF_RAW_M42\nEvery option and its meaning: docs/settings.md, docs/stack.md");
    add_stack_options(*app, *options);
    return {app, [app, options](const std::stop_token& stop) { return run(*app, *options, stop); },
            [app, options] { options->lucky_said = says_lucky(*app); }};
}

}  // namespace nightstack::tools
