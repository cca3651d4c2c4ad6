// SPDX-License-Identifier: MIT
// nightstack stack: the frames of a night become one picture.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "pipeline/core/error.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/session/stack_job.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

// The options that differ from their defaults, for the report; what only concerns talk and machine
// does not belong to the recipe.
std::vector<std::pair<std::string, std::string>> recipe(const CLI::App& app) {
    static const char* const kNotRecipe[] = {"json",   "quiet", "verbose", "config", "threads",
                                             "memory", "force", "out",     "output"};
    std::vector<std::pair<std::string, std::string>> given;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_lnames().empty() || option->count() == 0) continue;
        const std::string& key = option->get_lnames().front();
        if (std::find(std::begin(kNotRecipe), std::end(kNotRecipe), key) != std::end(kNotRecipe)) continue;
        std::string value;
        for (const std::string& word : option->results()) value += (value.empty() ? "" : " ") + word;
        given.emplace_back(key, value);
    }
    return given;
}

int run(const CLI::App& app, const StackOptions& options, const std::stop_token& stop) {
    if (!options.output.empty() && options.output.extension() != ".fits") {
        throw OptionError("--output " + options.output.string() + ": a name ending in .fits expected");
    }
    Talk talk(loudness(options.quiet, options.verbose), options.json);
    TbbRunner runner(options.threads);
    return run_stack(options, recipe(app), runner, talk, stop);
}

}  // namespace

Command make_stack_command(CLI::App& program) {
    const auto options = std::make_shared<StackOptions>();
    CLI::App* app = program.add_subcommand("stack", "stack the frames of a night into one picture");
    app->footer(
        "Example: nightstack stack ~/DWARF_RAW_M42\nEvery option and its meaning: docs/settings.md, docs/stack.md");
    add_stack_options(*app, *options);
    return {app, [app, options](const std::stop_token& stop) { return run(*app, *options, stop); }};
}

}  // namespace nightstack::tools
