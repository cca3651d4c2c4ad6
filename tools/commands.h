// SPDX-License-Identifier: MIT
// The subcommands; each lives in a file of its own.
#pragma once

#include <functional>
#include <stop_token>
#include <vector>

namespace CLI {
class App;
}

namespace nightstack::tools {

struct Command {
    CLI::App* app = nullptr;                         // owned by the program's App
    std::function<int(const std::stop_token&)> run;  // returns an exit code, may throw
    std::function<void()> parsed{};                  // if given: the words are read, settings files are not yet
};

Command make_stack_command(CLI::App& program);
Command make_verify_command(CLI::App& program);
Command make_live_command(CLI::App& program);
Command make_merge_command(CLI::App& program);
Command make_retract_command(CLI::App& program);
Command make_admit_command(CLI::App& program);
Command make_export_command(CLI::App& program);
Command make_pano_command(CLI::App& program);
Command make_info_command(CLI::App& program);
Command make_doctor_command(CLI::App& program);
Command make_scope_command(CLI::App& program);
Command make_fetch_command(CLI::App& program);
Command make_sample_night_command(CLI::App& program);
Command make_sim_command(CLI::App& program);
Command make_settings_command(CLI::App& program);

std::vector<Command> make_commands(CLI::App& program);

}  // namespace nightstack::tools
