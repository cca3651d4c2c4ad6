// SPDX-License-Identifier: MIT
// nightstack settings: every setting with its three names, as the docs print it.
#include <CLI/CLI.hpp>

#include "tools/cli/exit_code.h"
#include "tools/cli/settings.h"
#include "tools/cli/standard_output.h"
#include "tools/commands.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

constexpr const char* kHead =
    "# Settings\n\n"
    "Made by `nightstack settings`. A value comes from the flag, else from the environment, else from\n"
    "`~/.config/nightstack/config.toml` (table of the command), else it is the default. Several values of one setting\n"
    "are separated by `:` in the environment and are an array in the file.\n"
    "`NIGHTSTACK_CPU=sse2|avx2|avx512` limits the instruction level; the pixels stay the same.\n";

}  // namespace

Command make_settings_command(CLI::App& program) {
    CLI::App* app = program.add_subcommand("settings", "list every setting: flag, environment, settings file");
    static bool quiet = false, verbose = false;  // taken like everywhere; there is nothing to say less or more
    add_talk_flags(*app, quiet, verbose);
    return {app, [&program](const std::stop_token&) {
                put_out(kHead);
                for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
                    if (command->get_name() == "settings") continue;
                    put_out("\n## nightstack " + command->get_name() + "\n\n" + settings_table(*command));
                }
                return static_cast<int>(kDone);
            }};
}

}  // namespace nightstack::tools
