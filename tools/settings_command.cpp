// SPDX-License-Identifier: MIT
// nightstack settings: every setting with its three names, as the docs print it.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "tools/cli/exit_code.h"
#include "tools/cli/settings.h"
#include "tools/commands.h"

namespace nightstack::tools {
namespace {

constexpr const char* kHead =
    "# Settings\n\n"
    "Made by `nightstack settings`. A value comes from the flag, else from the environment, else from\n"
    "`~/.config/nightstack/config.toml` (table of the command), else it is the default.\n"
    "`NIGHTSTACK_CPU=sse2|avx2|avx512` limits the instruction level; the pixels stay the same.\n";

}  // namespace

Command make_settings_command(CLI::App& program) {
    CLI::App* app = program.add_subcommand("settings", "list every setting: flag, environment, settings file");
    return {app, [&program](const std::stop_token&) {
                std::fputs(kHead, stdout);
                for (const CLI::App* command : program.get_subcommands([](const CLI::App*) { return true; })) {
                    if (command->get_name() == "settings") continue;
                    std::printf("\n## nightstack %s\n\n%s", command->get_name().c_str(),
                                settings_table(*command).c_str());
                }
                return static_cast<int>(kDone);
            }};
}

}  // namespace nightstack::tools
