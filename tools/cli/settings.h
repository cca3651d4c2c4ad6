// SPDX-License-Identifier: MIT
// Where the value of an option comes from: flag > NIGHTSTACK_* environment > config file > default.
// Every long option of a command has all three names: --memory, NIGHTSTACK_MEMORY, and the key
// `memory` in the table of the command ([stack]) in ~/.config/nightstack/config.toml.
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace CLI {
class App;
}

namespace nightstack::tools {

// Names the environment variable of every long option; call before parsing.
void name_environment(CLI::App& command);
// Settings that take several values: separated by ':' as in PATH. After the flags were parsed.
void apply_environment_lists(CLI::App& command);

// Fills the options that neither flag nor environment has set from the file's table of that
// command. A command with --profile has profiles, tables [COMMAND.NAME]; the chosen one counts before
// [COMMAND]; one that is not `scope` itself finds host, ports, legacy-ssh, site and zone also in [scope.NAME] and
// [scope]. Missing file: nothing happens, unless a profile is asked for. Throws OptionError with file, key and reason.
void apply_config_file(CLI::App& command, const std::filesystem::path& file);

// $XDG_CONFIG_HOME/nightstack/config.toml or ~/.config/nightstack/config.toml
std::filesystem::path default_config_file();
// $XDG_CACHE_HOME/nightstack or ~/.cache/nightstack
std::filesystem::path cache_folder();

// A setting and the value in force, whoever has set it. Switches are true or false; absent where
// nothing was set and there is no default.
struct Setting {
    std::string name;  // of its flag, without the dashes
    std::variant<std::monostate, bool, std::string, std::vector<std::string>> value;
};

// Every setting of the command, in the order of its table. Call it after apply_config_file.
std::vector<Setting> settings_in_force(const CLI::App& command);

// The table of a command's settings with all three names, as Markdown (docs/settings.md).
std::string settings_table(const CLI::App& command);

}  // namespace nightstack::tools
